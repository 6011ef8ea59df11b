package dev.engram.index.scan;

import dev.engram.index.Metric;
import dev.engram.index.Ordinals;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorSource;
import dev.engram.index.codes.CodeBlock;
import dev.engram.index.codes.CodeScan;
import dev.engram.index.codes.CodeTables;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One search at a time through all codes, with all the memory it needs. Not safe for several
 * threads.
 */
final class ScanExplorer {

    private static final int LANES = CodeBlock.LANES;

    private final ScanFile file;
    private final VectorSource source;
    private final CodeTables tables;
    private final CodeScan scan;
    private final int blockBytes;
    private final Nearest candidates = new Nearest();
    private final float[] estimates = new float[2 * LANES];
    private int[] ordinals = new int[64];
    private float[] exact = new float[64];

    ScanExplorer(ScanFile file, VectorSource source, Metric metric, Instructions instructions) {
        this.file = file;
        this.source = source;
        this.tables = file.model().tables(metric, instructions);
        this.scan = CodeScan.of(instructions);
        this.blockBytes = file.model().blockBytes();
    }

    /**
     * Finds the nearest accepted vectors.
     *
     * @param limit how many there are to be; so many must be accepted
     * @param scored how many get exact distances, at least {@code limit}
     * @param accepted who may be answered, null for all
     */
    Nearest search(
            float[] query, int limit, int scored, @Nullable Ordinals accepted, SearchCost cost) {
        tables.set(query);
        candidates.reset(scored);
        if (accepted == null) {
            scanAll();
        } else {
            scanAccepted(accepted);
        }
        cost.addDistances(accepted == null ? file.count() : accepted.count());
        return scored(query, limit, cost);
    }

    private void scanAll() {
        for (int first = 0; first < file.count(); first += 2 * LANES) {
            long near = scan(first);
            while (near != 0) {
                int place = Long.numberOfTrailingZeros(near);
                near &= near - 1;
                candidates.offer(Keys.of(estimates[place], first + place));
            }
        }
    }

    private void scanAccepted(Ordinals accepted) {
        int next = accepted.next(0);
        while (next >= 0) {
            int first = next - next % (2 * LANES);
            long near = scan(first);
            while (near != 0) {
                int place = Long.numberOfTrailingZeros(near);
                near &= near - 1;
                if (accepted.contains(first + place)) {
                    candidates.offer(Keys.of(estimates[place], first + place));
                }
            }
            next = accepted.next(first + 2 * LANES);
        }
    }

    /** Estimates the distances of 64 vectors; a bit for each that there is and that is near. */
    private long scan(int first) {
        int left = file.count() - first;
        long bytes = left > LANES ? 2L * blockBytes : blockBytes;
        long at = (long) (first / LANES) * blockBytes;
        MemorySegment blocks = file.blocks().range(at, bytes);
        long bound = candidates.bound();
        float worst = bound == Long.MAX_VALUE ? Float.POSITIVE_INFINITY : Keys.distance(bound);
        // A vector as far as the worst, but behind it, is of no interest either.
        long near = scan.scan(blocks, at, at + bytes - blockBytes, tables, worst, estimates);
        return left >= 2 * LANES ? near : near & ((1L << left) - 1);
    }

    private Nearest scored(float[] query, int limit, SearchCost cost) {
        int count = candidates.size();
        long[] keys = candidates.sorted();
        if (ordinals.length < count) {
            ordinals = new int[count];
            exact = new float[count];
        }
        for (int i = 0; i < count; i++) {
            ordinals[i] = Keys.id(keys[i]);
        }
        source.distances(query, ordinals, count, exact);
        cost.addReranked(count);
        Nearest nearest = new Nearest();
        nearest.reset(limit);
        for (int i = 0; i < count; i++) {
            nearest.offer(Keys.of(exact[i], ordinals[i]));
        }
        return nearest;
    }
}
