package dev.engram.db;

import dev.engram.db.backup.DatabaseFiles;
import dev.engram.db.rows.RowStore;
import dev.engram.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes a database of what was committed at one moment, in a time that does not grow with it.
 *
 * <pre>
 *   commits held     ├─ files held ─ rows: checkpoint ─┤
 *   files held                └───────────────────────────── segments: links ─┤
 * </pre>
 *
 * The rows and the manifests of all collections thus belong to the same commit. A seal may be
 * between its swap and the removal of its vectors from the rows: then both places have them, which
 * is what a crash leaves, too. Order of locks: the latch of commits, then the files of collections
 * by number.
 */
final class Cut {

    private final RowStore rows;
    private final Commits commits;

    Cut(RowStore rows, Commits commits) {
        this.rows = rows;
        this.commits = commits;
    }

    /**
     * Fills a folder that is empty; durable when it returns.
     *
     * @param folder where RocksDB finds it
     * @param root the same folder
     * @param collections all there are; none comes or goes meanwhile
     * @return the timestamp of the last commit in it
     */
    long fill(Path folder, Storage root, List<Records> collections) {
        rows.flush();
        List<Records> held = new ArrayList<>();
        long[] ts = new long[1];
        try {
            commits.between(
                    () -> {
                        for (Records records : byNumber(collections)) {
                            records.holdFiles();
                            held.add(records);
                        }
                        ts[0] = commits.newest();
                        rows.checkpoint(folder.resolve(DatabaseFiles.ROWS));
                    });
            Storage segments = root.folder(DatabaseFiles.SEGMENTS);
            for (Records records : held) {
                Storage files = segments.folder(Integer.toString(records.entry().number()));
                records.linkFiles(files);
                files.sync();
            }
            segments.sync();
            root.sync();
        } finally {
            held.reversed().forEach(Records::releaseFiles);
        }
        return ts[0];
    }

    private static List<Records> byNumber(List<Records> collections) {
        return collections.stream()
                .sorted(Comparator.comparingInt(records -> records.entry().number()))
                .toList();
    }
}
