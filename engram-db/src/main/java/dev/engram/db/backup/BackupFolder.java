package dev.engram.db.backup;

import dev.engram.db.backup.BackupManifest.PooledFile;
import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.NotFoundException;
import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A folder with backups of one database.
 *
 * <pre>
 *   ID.backup      says what the backup is made of: see BackupManifest
 *   pool/SHA256    the files of all backups, each once: see Pool
 * </pre>
 *
 * A backup counts once its manifest has its name, and no longer than that; the pool comes first and
 * goes last. One at a time adds or deletes, while nobody reads.
 */
public final class BackupFolder {

    private static final String POOL = "pool";

    private final Storage root;

    /**
     * @param root the folder
     */
    public BackupFolder(Storage root) {
        this.root = root;
    }

    /**
     * A backup that was made.
     *
     * @param manifest what it is made of
     * @param addedBytes what the pool grew by
     */
    public record Made(BackupManifest manifest, long addedBytes) {}

    /** All backups, oldest first. */
    public List<BackupManifest> list() {
        return BackupManifest.ids(root).stream().map(id -> BackupManifest.read(root, id)).toList();
    }

    /**
     * One backup.
     *
     * @throws NotFoundException where there is none of that id
     */
    public BackupManifest get(String id) {
        List<String> ids = BackupManifest.ids(root);
        if (!ids.contains(id)) {
            throw new NotFoundException(
                    "no backup '%s' in %s (there are: %s)"
                            .formatted(
                                    id,
                                    root.describe(POOL),
                                    ids.isEmpty() ? "none" : String.join(", ", ids)));
        }
        return BackupManifest.read(root, id);
    }

    /**
     * Backs a database up.
     *
     * @param database its identity
     * @param from its files, to which nobody writes
     * @throws ConflictException where the backups here are of another database
     */
    public Made add(String database, Storage from, long millis, long ts) {
        List<BackupManifest> before = list();
        checkSame(database, before);
        List<PooledFile> known = before.isEmpty() ? List.of() : before.getLast().files();
        Pool pool = new Pool(root.folder(POOL), known);
        List<PooledFile> files = new ArrayList<>();
        for (DatabaseFiles.Place place : DatabaseFiles.list(from)) {
            files.add(pool.add(from, place));
        }
        root.folder(POOL).sync();
        BackupManifest made =
                new BackupManifest(nextId(before), database, millis, ts, List.copyOf(files));
        made.write(root);
        return new Made(made, pool.added());
    }

    private static void checkSame(String database, List<BackupManifest> before) {
        for (BackupManifest backup : before) {
            if (!backup.database().equals(database)) {
                throw new ConflictException(
                        "the backups here are of database %s, and this is %s; give each database a"
                                        .formatted(backup.database(), database)
                                + " folder of its own");
            }
        }
    }

    private static String nextId(List<BackupManifest> before) {
        int last = before.isEmpty() ? 0 : Integer.parseInt(before.getLast().id());
        // Not every locale has the digits 0 to 9, and ids must sort as their numbers do.
        return String.format(Locale.ROOT, "%06d", last + 1);
    }

    /**
     * Reads every byte of a backup.
     *
     * @throws CorruptException naming the first file that is not what was put in, and how many more
     */
    public BackupManifest verify(String id) {
        BackupManifest backup = get(id);
        Pool pool = new Pool(root.folder(POOL), List.of());
        List<CorruptException> damaged = new ArrayList<>();
        for (PooledFile file : backup.files()) {
            try {
                pool.verify(file);
            } catch (CorruptException e) {
                damaged.add(e);
            }
        }
        if (!damaged.isEmpty()) {
            CorruptException first = damaged.removeFirst();
            damaged.forEach(first::addSuppressed);
            throw first;
        }
        return backup;
    }

    /** Puts the files of a backup into a folder, and reads them again; durable when it returns. */
    public BackupManifest restore(String id, Storage into) {
        BackupManifest backup = get(id);
        Pool pool = new Pool(root.folder(POOL), List.of());
        backup.files().forEach(file -> pool.restore(file, into));
        DatabaseFiles.sync(into);
        return backup;
    }

    /** Removes a backup, and what no other needs of the pool. */
    public void delete(String id) {
        // What cannot be read could need anything: nothing is removed then.
        List<BackupManifest> all = new ArrayList<>(list());
        BackupManifest gone = get(id);
        BackupManifest.delete(root, id);
        all.remove(gone);
        new Pool(root.folder(POOL), List.of()).sweep(all);
    }
}
