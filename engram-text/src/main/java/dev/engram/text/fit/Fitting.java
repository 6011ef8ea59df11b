package dev.engram.text.fit;

import dev.engram.text.embed.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fits a model on texts: counts their terms, and finds the directions in which these occur
 * together. Where there are many texts a sample is drawn, always the same one.
 */
public final class Fitting {

    /** On fewer texts there is nothing to learn. */
    public static final int TEXTS_MIN = 128;

    /** More texts than that teach little more. */
    static final int SAMPLE_MAX = 20_000;

    /** In that many texts or more a term of one text is not kept. */
    private static final int SMALL = 500;

    /** In that many texts or more a term of two texts has no direction. */
    private static final int MIDDLE = 2000;

    private static final int TERMS_MAX = 200_000;
    private static final int DIRECTED_MAX = 40_000;
    private static final int TERMS_OF_TEXT_MAX = 4096;
    private static final int LEVELS = 127;
    private static final long SEED = 0x656e6772616d5331L; // "engramS1"

    /**
     * A text of the sample.
     *
     * @param hashes of its terms
     * @param counts how often each occurs
     */
    private record Sampled(long[] hashes, int[] counts) {}

    private final List<Sampled> sample = new ArrayList<>();
    private long[] hashes = {};
    private int[] frequencies = {};

    private Fitting() {}

    /**
     * Fits a model.
     *
     * @param texts read once, from the first to the last
     * @param workers compute; how many they are does not matter to the result
     * @return what {@link FittedEmbedder#of} takes; nothing where there are fewer than {@value
     *     #TEXTS_MIN} texts
     */
    public static Optional<byte[]> fit(Iterable<String> texts, Workers workers) {
        Fitting fitting = new Fitting();
        fitting.draw(texts);
        if (fitting.sample.size() < TEXTS_MIN) {
            return Optional.empty();
        }
        fitting.count();
        return Optional.of(fitting.model(workers).encode());
    }

    /** Every text is in the sample with the same chance (Vitter's algorithm R, 1985). */
    private void draw(Iterable<String> texts) {
        long seen = 0;
        for (String text : texts) {
            if (text.isBlank()) {
                continue;
            }
            seen++;
            if (sample.size() < SAMPLE_MAX) {
                sample.add(read(text));
            } else {
                long place = Long.remainderUnsigned(FittedModel.mix(SEED + seen), seen);
                if (place < SAMPLE_MAX) {
                    sample.set((int) place, read(text));
                }
            }
        }
    }

    private static Sampled read(String text) {
        Map<Long, Integer> terms = Terms.of(text);
        int count = Math.min(terms.size(), TERMS_OF_TEXT_MAX);
        long[] hashes = new long[count];
        int[] counts = new int[count];
        int at = 0;
        for (Map.Entry<Long, Integer> entry : terms.entrySet()) {
            if (at == count) {
                break;
            }
            hashes[at] = entry.getKey();
            counts[at++] = entry.getValue();
        }
        return new Sampled(hashes, counts);
    }

    /** Finds the terms that are worth keeping, and the number of texts of each. */
    private void count() {
        Map<Long, Integer> all = new HashMap<>();
        for (Sampled text : sample) {
            for (long hash : text.hashes) {
                all.merge(hash, 1, Integer::sum);
            }
        }
        if (sample.size() >= SMALL) {
            all.values().removeIf(frequency -> frequency < 2);
        }
        int least = least(all, TERMS_MAX);
        all.values().removeIf(frequency -> frequency < least);
        hashes = all.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        frequencies = Arrays.stream(hashes).mapToInt(all::get).toArray();
    }

    /** The least frequency that at most so many terms have. */
    private static int least(Map<Long, Integer> terms, int most) {
        if (terms.size() <= most) {
            return 0;
        }
        int[] sorted = terms.values().stream().mapToInt(Integer::intValue).sorted().toArray();
        return sorted[sorted.length - most - 1] + 1;
    }

    private FittedModel model(Workers workers) {
        int[] rows = directed();
        int count = Arrays.stream(rows).max().orElse(-1) + 1;
        if (count == 0) {
            return new FittedModel(
                    sample.size(), hashes, frequencies, rows, new float[0], new byte[0], 0);
        }
        int rank = Math.min(FittedModel.DIRECTIONS, sample.size() - 1);
        Directions directions = new Directions(matrix(rows, count), rank, workers);
        float[] found = directions.find();
        float[] scales = new float[count];
        byte[] table = new byte[count * directions.rank()];
        for (int row = 0; row < count; row++) {
            scales[row] = quantise(found, row * directions.rank(), directions.rank(), table);
        }
        return new FittedModel(
                sample.size(), hashes, frequencies, rows, scales, table, directions.rank());
    }

    /** The row of each term; -1 where it is too rare, or there are too many. */
    private int[] directed() {
        // Of few texts even rare terms tell them apart; of many these would be most of the model.
        int rare = sample.size() < SMALL ? 1 : sample.size() < MIDDLE ? 2 : 3;
        Map<Long, Integer> all = new HashMap<>();
        for (int i = 0; i < hashes.length; i++) {
            if (frequencies[i] >= rare) {
                all.put(hashes[i], frequencies[i]);
            }
        }
        int least = Math.max(rare, least(all, DIRECTED_MAX));
        int[] rows = new int[hashes.length];
        int next = 0;
        for (int i = 0; i < rows.length; i++) {
            rows[i] = frequencies[i] >= least ? next++ : -1;
        }
        return rows;
    }

    /** The weights of the terms that have a row, each text scaled to length 1. */
    private SparseRows matrix(int[] rows, int columns) {
        int[] starts = new int[sample.size() + 1];
        int[] places = new int[sample.stream().mapToInt(text -> text.hashes.length).sum()];
        float[] values = new float[places.length];
        int at = 0;
        for (int text = 0; text < sample.size(); text++) {
            int start = at;
            Sampled sampled = sample.get(text);
            for (int i = 0; i < sampled.hashes.length; i++) {
                int term = Arrays.binarySearch(hashes, sampled.hashes[i]);
                if (term >= 0 && rows[term] >= 0) {
                    double often = 1 + StrictMath.log(sampled.counts[i]);
                    double idf = FittedModel.idf(sample.size(), frequencies[term]);
                    places[at] = rows[term];
                    values[at++] = (float) (often * idf);
                }
            }
            scale(values, start, at);
            starts[text + 1] = at;
        }
        return new SparseRows(
                columns, starts, Arrays.copyOf(places, at), Arrays.copyOf(values, at));
    }

    private static void scale(float[] values, int from, int to) {
        double squares = 0;
        for (int i = from; i < to; i++) {
            squares += (double) values[i] * values[i];
        }
        double factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
        for (int i = from; i < to; i++) {
            values[i] = (float) (values[i] * factor);
        }
    }

    /** Writes a row in 8 bits a number; returns what one step is worth. */
    private static float quantise(float[] numbers, int from, int rank, byte[] table) {
        float most = 0;
        for (int i = from; i < from + rank; i++) {
            most = Math.max(most, Math.abs(numbers[i]));
        }
        if (most == 0) {
            return 0;
        }
        for (int i = from; i < from + rank; i++) {
            table[i] = (byte) Math.round(numbers[i] / most * LEVELS);
        }
        return most / LEVELS;
    }
}
