package dev.engram.db.shard;

import dev.engram.db.rows.RowBatch;
import dev.engram.index.VectorsWriter;
import dev.engram.index.Workers;
import dev.engram.storage.Storage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Writes the first segment of a new shard straight to its file: the vectors pass through memory
 * once and never through the row store. Nothing counts before {@link #finish} returned.
 */
public final class ShardLoader implements AutoCloseable {

    private static final long FIRST_SEGMENT = 1;
    private static final long FIRST_ROW = 1;

    private final ShardSettings settings;
    private final Storage folder;
    private final SegmentFiles files;
    private final VectorsWriter vectors;

    /**
     * @param folder of the new shard; anything in it is cleared away
     */
    public ShardLoader(ShardSettings settings, Storage folder) {
        this.settings = settings;
        this.folder = folder;
        this.files = new SegmentFiles(folder, settings);
        folder.deleteAll();
        this.vectors = files.vectors(FIRST_SEGMENT);
    }

    /** Appends a vector; returns the number of its row. */
    public long add(float[] vector) {
        return FIRST_ROW + vectors.add(vector);
    }

    /**
     * Builds the index and makes the segment the shard's content; durable when it returns.
     *
     * @param commit the batch that gives the shard its name
     * @param ts the timestamp of all its rows
     */
    public void finish(RowBatch commit, long ts) {
        vectors.finish();
        int count = vectors.count();
        if (count == 0) {
            return;
        }
        long last = FIRST_ROW + count - 1;
        SegmentEntry entry =
                complete(RowNumbers.contiguous(FIRST_ROW, count), Births.uniform(ts, count));
        ShardManifest manifest = ShardManifest.EMPTY.with(entry, last);
        manifest.swap(folder);
        ShardRows.mark(commit, settings.collection(), manifest);
    }

    /** On all processors; what is built does not depend on their number. */
    private SegmentEntry complete(RowNumbers rows, Births births) {
        int threads = Runtime.getRuntime().availableProcessors();
        // The threads are made with the first piece of work, so a small segment costs none.
        try (ExecutorService pool =
                Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory())) {
            Workers workers = new Workers(pool, threads);
            return files.complete(FIRST_SEGMENT, rows, births, settings.index(), workers, _ -> {});
        }
    }

    @Override
    public void close() {
        vectors.close();
    }
}
