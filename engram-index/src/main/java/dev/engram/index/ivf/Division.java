package dev.engram.index.ivf;

import dev.engram.index.IndexSpec;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.Assigner;
import dev.engram.index.codes.Clusters;
import dev.engram.index.codes.KMeans;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Keys;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;

/**
 * Vectors divided among lists. What it is does not depend on the number of threads.
 *
 * @param clusters the cells, one a list
 * @param members ordinals, list after list, ascending in each
 * @param ends where each list starts in {@code members}, and at last where all end
 */
record Division(Clusters clusters, int[] members, int[] ends) {

    /** Vectors a list to learn its centroid from, at most. */
    private static final int SAMPLES_A_LIST = 64;

    /** Vectors that are assigned between two reports of progress. */
    private static final int BATCH = 256 * Assigner.TILE;

    /** Fewer vectors than this a list are not worth a list. */
    private static final int MEMBERS_MIN = 16;

    /**
     * As many lists as are asked for, or as suit so many vectors. A search compares with all
     * centroids and scans some lists: with a root of their number both grow alike.
     */
    static int lists(IndexSpec.IvfPq spec, int count) {
        long wanted =
                spec.lists() > 0
                        ? Math.min(spec.lists(), count)
                        : Math.min(Math.round(Math.sqrt(2.0 * count)), count / MEMBERS_MIN);
        return Math.clamp(wanted, 1, IndexSpec.IvfPq.LISTS_MAX);
    }

    /**
     * Learns the cells and assigns all vectors.
     *
     * @param arena owns the centroids
     * @param progress is told how many vectors are assigned
     */
    static Division of(
            IndexSpec.IvfPq spec,
            Vectors vectors,
            Workers workers,
            Instructions instructions,
            IntConsumer progress,
            Arena arena) {
        int lists = lists(spec, vectors.count());
        Clusters clusters = clusters(spec, vectors, lists, workers, instructions, arena);
        int assignments = Math.min(spec.assignments(), lists);
        int[] cells = new int[Math.multiplyExact(vectors.count(), assignments)];
        Crew crew = new Crew(workers);
        ConcurrentLinkedQueue<Assigner> idle = new ConcurrentLinkedQueue<>();
        for (int first = 0; first < vectors.count(); first += BATCH) {
            int start = first;
            int last = Math.min(vectors.count(), first + BATCH);
            crew.run(
                    Math.ceilDiv(last - first, Assigner.TILE),
                    tile -> {
                        Assigner assigner = idle.poll();
                        if (assigner == null) {
                            assigner = new Assigner(clusters, assignments, instructions);
                        }
                        int from = start + tile * Assigner.TILE;
                        int count = Math.min(Assigner.TILE, last - from);
                        assign(assigner, vectors, from, count, assignments, cells);
                        idle.add(assigner);
                    });
            progress.accept(last);
        }
        return divided(clusters, cells, assignments);
    }

    private static Clusters clusters(
            IndexSpec.IvfPq spec,
            Vectors vectors,
            int lists,
            Workers workers,
            Instructions instructions,
            Arena arena) {
        if (vectors.count() == 0) {
            int dimension = vectors.dimension();
            long bytes = IvfLayout.centroidBytes(1, dimension);
            return new Clusters(
                    IvfLayout.centroids(arena.allocate(bytes, 64), 1, dimension), new float[1]);
        }
        int wanted = (int) Math.min(vectors.count(), (long) lists * SAMPLES_A_LIST);
        int[] sample = KMeans.sample(vectors.count(), wanted, spec.seed());
        return KMeans.train(vectors, sample, lists, spec.seed(), workers, instructions, arena);
    }

    private static void assign(
            Assigner assigner,
            Vectors vectors,
            int first,
            int count,
            int assignments,
            int[] cells) {
        long[] keys = new long[Assigner.TILE * assignments];
        assigner.assign(vectors, first, count, keys);
        for (int i = 0; i < count * assignments; i++) {
            cells[first * assignments + i] = Keys.id(keys[i]);
        }
    }

    private static Division divided(Clusters clusters, int[] cells, int assignments) {
        int[] ends = new int[clusters.centroids().count() + 1];
        for (int cell : cells) {
            ends[cell + 1]++;
        }
        for (int list = 1; list < ends.length; list++) {
            ends[list] += ends[list - 1];
        }
        int[] next = Arrays.copyOf(ends, ends.length - 1);
        int[] members = new int[cells.length];
        for (int i = 0; i < cells.length; i++) {
            members[next[cells[i]]++] = i / assignments;
        }
        return new Division(clusters, members, ends);
    }

    /** How many lists there are. */
    int lists() {
        return ends.length - 1;
    }

    /** How many vectors stand in a list. */
    int length(int list) {
        return ends[list + 1] - ends[list];
    }

    /** The list that a place of {@code members} belongs to. */
    int listOf(int place) {
        int found = Arrays.binarySearch(ends, place);
        int list = found >= 0 ? found : -found - 2;
        // Lists without members start where the next one does, which is the one that is meant.
        while (ends[list + 1] <= place) {
            list++;
        }
        return list;
    }
}
