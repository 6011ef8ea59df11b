package dev.engram.index.codes;

import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Keys;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Learns {@link Clusters}: k-means (Lloyd, 1982) over a sample, with cells kept from growing too
 * large. What it learns does not depend on the number of threads.
 *
 * <p>After every round the penalty of a cell grows or shrinks with its share of the sample, as in
 * frequency-sensitive competitive learning (Ahalt and others, 1990), up to a part of the mean
 * distance of its members. A cell without members takes over the farthest member of a large one.
 */
public final class KMeans {

    private static final int ROUNDS = 10;

    /** How much a round adds to the penalty of a cell that is one mean size too large. */
    private static final float PENALTY_STEP = 0.03f;

    /** The greatest penalty; equal vectors would drive theirs without end. Of the mean distance. */
    private static final float PENALTY_MAX = 0.3f;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Vectors vectors;
    private final int[] sample;
    private final Crew crew;
    private final Instructions instructions;
    private final Vectors centroids;
    private final float[] penalties;

    /** The cell of every member of the sample, and its distance from the centroid. */
    private final int[] cells;

    private final float[] lengths;

    private KMeans(
            Vectors vectors,
            int[] sample,
            int clusters,
            Workers workers,
            Instructions instructions,
            Arena arena) {
        this.vectors = vectors;
        this.sample = sample;
        this.crew = new Crew(workers);
        this.instructions = instructions;
        int dimension = vectors.dimension();
        MemorySegment rows = arena.allocate((long) clusters * dimension * Float.BYTES, 64);
        this.centroids = new Vectors(rows, clusters, dimension);
        this.penalties = new float[clusters];
        this.cells = new int[sample.length];
        this.lengths = new float[sample.length];
    }

    /**
     * Learns as many clusters as are asked for; some stay alike where fewer vectors differ.
     *
     * @param sample ordinals of the vectors to learn from, at least as many as clusters
     * @param clusters at least 1
     * @param arena owns the centroids; must let the workers' threads in
     */
    public static Clusters train(
            Vectors vectors,
            int[] sample,
            int clusters,
            long seed,
            Workers workers,
            Instructions instructions,
            Arena arena) {
        if (clusters < 1 || sample.length < clusters) {
            throw new IllegalArgumentException(
                    "clusters: " + clusters + " (expected: 1.." + sample.length + ")");
        }
        KMeans training = new KMeans(vectors, sample, clusters, workers, instructions, arena);
        training.start(new SplittableRandom(seed));
        for (int round = 1; round <= ROUNDS; round++) {
            training.assign();
            training.move(round < ROUNDS);
        }
        return new Clusters(training.centroids, training.penalties);
    }

    /**
     * Draws a sample.
     *
     * @return {@code wanted} ordinals below {@code count}, or all where there are no more,
     *     ascending
     */
    public static int[] sample(int count, int wanted, long seed) {
        int[] sample = new int[Math.min(count, wanted)];
        SplittableRandom random = new SplittableRandom(seed);
        int taken = 0;
        for (int ordinal = 0; taken < sample.length; ordinal++) {
            // Each is taken with the chance that makes all sets of this size equally likely.
            if (random.nextInt(count - ordinal) < sample.length - taken) {
                sample[taken++] = ordinal;
            }
        }
        return sample;
    }

    private void start(SplittableRandom random) {
        int[] order = sample.clone();
        for (int c = 0; c < centroids.count(); c++) {
            int other = random.nextInt(c, order.length);
            int swapped = order[c];
            order[c] = order[other];
            order[other] = swapped;
            place(c, order[c]);
        }
    }

    private void place(int centroid, int ordinal) {
        long bytes = (long) vectors.dimension() * Float.BYTES;
        MemorySegment.copy(
                vectors.rows(),
                vectors.offset(ordinal),
                centroids.rows(),
                centroids.offset(centroid),
                bytes);
    }

    private void assign() {
        Clusters clusters = new Clusters(centroids, penalties);
        ConcurrentLinkedQueue<Assigner> idle = new ConcurrentLinkedQueue<>();
        crew.run(
                Math.ceilDiv(sample.length, Assigner.TILE),
                tile -> {
                    Assigner assigner = idle.poll();
                    if (assigner == null) {
                        assigner = new Assigner(clusters, 1, instructions);
                    }
                    assign(assigner, tile * Assigner.TILE);
                    idle.add(assigner);
                });
    }

    private void assign(Assigner assigner, int from) {
        long[] keys = new long[Assigner.TILE];
        int count = Math.min(Assigner.TILE, sample.length - from);
        assigner.assign(vectors, sample, from, count, keys);
        for (int i = 0; i < count; i++) {
            int cell = Keys.id(keys[i]);
            cells[from + i] = cell;
            lengths[from + i] = Math.max(0, Keys.distance(keys[i]) - penalties[cell]);
        }
    }

    /** Moves every centroid to the mean of its members. */
    private void move(boolean goesOn) {
        int[] ends = new int[centroids.count() + 1];
        int[] members = members(ends);
        int[] counts = new int[centroids.count()];
        float[] farthest = new float[counts.length];
        int[] farthestMember = new int[counts.length];
        crew.run(
                counts.length,
                c -> {
                    counts[c] = ends[c + 1] - ends[c];
                    moveTo(c, members, ends[c], ends[c + 1]);
                    for (int i = ends[c]; i < ends[c + 1]; i++) {
                        if (lengths[members[i]] > farthest[c]) {
                            farthest[c] = lengths[members[i]];
                            farthestMember[c] = sample[members[i]];
                        }
                    }
                });
        if (goesOn) {
            int[] donors = Vacancies.donors(counts, farthest);
            for (int c = 0; c < donors.length; c++) {
                if (donors[c] >= 0) {
                    place(c, farthestMember[donors[c]]);
                    penalties[c] = 0;
                }
            }
            punish(counts);
        }
    }

    /** Places in the sample, by cell and ascending; cell c's are at ends[c]..ends[c + 1]-1. */
    private int[] members(int[] ends) {
        for (int cell : cells) {
            ends[cell + 1]++;
        }
        for (int c = 1; c < ends.length; c++) {
            ends[c] += ends[c - 1];
        }
        int[] next = Arrays.copyOf(ends, ends.length - 1);
        int[] members = new int[cells.length];
        for (int i = 0; i < cells.length; i++) {
            members[next[cells[i]]++] = i;
        }
        return members;
    }

    private void moveTo(int centroid, int[] members, int from, int to) {
        if (from == to) {
            return;
        }
        double[] sums = new double[vectors.dimension()];
        float[] row = new float[sums.length];
        for (int i = from; i < to; i++) {
            vectors.copyRow(sample[members[i]], row);
            for (int j = 0; j < row.length; j++) {
                sums[j] += row[j];
            }
        }
        for (int j = 0; j < row.length; j++) {
            row[j] = (float) (sums[j] / (to - from));
        }
        MemorySegment.copy(row, 0, centroids.rows(), FLOAT, centroids.offset(centroid), row.length);
    }

    /** A penalty is in proportion to the size of the cell in space, which differs much. */
    private void punish(int[] counts) {
        double[] sums = new double[counts.length];
        for (int i = 0; i < cells.length; i++) {
            sums[cells[i]] += lengths[i];
        }
        float share = (float) counts.length / sample.length;
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] > 0) {
                float mean = (float) (sums[c] / counts[c]);
                float penalty = penalties[c] + PENALTY_STEP * mean * (counts[c] * share - 1);
                penalties[c] = Math.clamp(penalty, 0, PENALTY_MAX * mean);
            }
        }
    }
}
