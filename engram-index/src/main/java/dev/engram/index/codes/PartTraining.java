package dev.engram.index.codes;

import dev.engram.index.kernel.Instructions;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Learns the centroids of one part of a {@link ProductQuantizer}: k-means (Lloyd, 1982). Not safe
 * for several threads.
 */
final class PartTraining {

    private static final int ROUNDS = 12;

    private final int bits;
    private final int width;
    private final PqKernel kernel;

    /** The part of every sample, one after the other. */
    private final float[] pieces;

    private final int samples;
    private final float[] centroids;
    private final double[] sums;
    private final int[] counts;
    private final float[] farthest;
    private final int[] farthestSample;
    private final float[] piece;
    private final byte[] code = new byte[1];

    PartTraining(int bits, int width, int samples, Instructions instructions) {
        this.bits = bits;
        this.width = width;
        this.kernel = PqKernel.of(instructions);
        this.samples = samples;
        this.pieces = new float[samples * width];
        this.centroids = new float[width << bits];
        this.sums = new double[centroids.length];
        this.counts = new int[1 << bits];
        this.farthest = new float[counts.length];
        this.farthestSample = new int[counts.length];
        this.piece = new float[width];
    }

    /** Returns the centroids of the part, component after component; valid until the next call. */
    float[] train(float[][] arranged, int part, long seed) {
        for (int i = 0; i < samples; i++) {
            System.arraycopy(arranged[i], part * width, pieces, i * width, width);
        }
        start(new SplittableRandom(seed + part));
        // Where every sample is a centroid there is nothing to learn.
        int rounds = samples > counts.length ? ROUNDS : 0;
        for (int round = 1; round <= rounds; round++) {
            assign();
            move(round < rounds);
        }
        return centroids;
    }

    /** Samples drawn by chance, each once as far as they go. */
    private void start(SplittableRandom random) {
        int[] order = new int[samples];
        Arrays.setAll(order, i -> i);
        for (int c = 0; c < counts.length; c++) {
            int at = c % samples;
            if (c < samples) {
                int other = random.nextInt(at, samples);
                int swapped = order[at];
                order[at] = order[other];
                order[other] = swapped;
            }
            place(c, order[at]);
        }
    }

    private void place(int centroid, int sample) {
        for (int i = 0; i < width; i++) {
            centroids[(i << bits) + centroid] = pieces[sample * width + i];
        }
    }

    private void assign() {
        Arrays.fill(sums, 0);
        Arrays.fill(counts, 0);
        Arrays.fill(farthest, 0);
        for (int sample = 0; sample < samples; sample++) {
            System.arraycopy(pieces, sample * width, piece, 0, width);
            kernel.nearest(centroids, bits, width, piece, code);
            int c = code[0] & 0xff;
            counts[c]++;
            float square = 0;
            for (int i = 0; i < width; i++) {
                sums[(i << bits) + c] += piece[i];
                float difference = piece[i] - centroids[(i << bits) + c];
                square += difference * difference;
            }
            if (square > farthest[c]) {
                farthest[c] = square;
                farthestSample[c] = sample;
            }
        }
    }

    private void move(boolean repair) {
        for (int at = 0; at < centroids.length; at++) {
            int count = counts[at & (counts.length - 1)];
            if (count > 0) {
                centroids[at] = (float) (sums[at] / count);
            }
        }
        if (repair) {
            int[] donors = Vacancies.donors(counts, farthest);
            for (int c = 0; c < donors.length; c++) {
                if (donors[c] >= 0) {
                    place(c, farthestSample[donors[c]]);
                }
            }
        }
    }
}
