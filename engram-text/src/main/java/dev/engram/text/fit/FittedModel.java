package dev.engram.text.fit;

import dev.engram.error.CorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What was learnt from some texts: how rare each term is, and the directions in which terms occur
 * together. All numbers are little-endian.
 *
 * <pre>
 *   0    8 bytes   magic, the letters ENGRFIT1
 *   8    u32       texts it was fitted on
 *   12   u32       terms t, ascending by hash
 *   16   u32       rows r: of terms that have a direction
 *   20   u32       rank k: numbers of a direction
 *   24   u64 x t   hashes
 *        u32 x t   texts each term occurs in
 *        u32 x t   row of each term, 0xFFFFFFFF for none
 *        f32 x r   scale of each row
 *        i8 x r k  rows
 *        u32       CRC-32C of all before
 * </pre>
 *
 * <p>A text's vector has {@value #HASHED} components from the hashes of its terms and {@value
 * #DIRECTIONS} from their directions. Each term has weight (1 + ln count) * idf, idf = ln((N + 1) /
 * (df + 0.5)), and brings as many signs as its hash gives; sums run in the order of first
 * occurrence, so that a vector is the same on every machine. Both parts are scaled to length 1, the
 * second then by {@value #SHARE}, and the whole to length 1 again.
 */
final class FittedModel {

    static final int HASHED = 512;
    static final int DIRECTIONS = 256;
    static final int DIMENSION = HASHED + DIRECTIONS;
    static final float SHARE = 0.8f;

    /** Of no texts: terms weigh alike, and have no directions. */
    static final FittedModel UNFITTED =
            new FittedModel(0, new long[0], new int[0], new int[0], new float[0], new byte[0], 0);

    private static final long MAGIC = 0x31544946_52474e45L; // "ENGRFIT1"
    private static final int HEADER = 24;
    private static final int PER_TERM = Long.BYTES + 2 * Integer.BYTES;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final int texts;
    private final long[] hashes;
    private final int[] frequencies;
    private final int[] rows;
    private final float[] scales;
    private final byte[] table;
    private final int rank;

    /**
     * @param texts N
     * @param hashes of the terms, ascending
     * @param frequencies df of each term
     * @param rows of each term in the table, -1 for none
     * @param scales of the rows
     * @param table rows of {@code rank} numbers
     */
    FittedModel(
            int texts,
            long[] hashes,
            int[] frequencies,
            int[] rows,
            float[] scales,
            byte[] table,
            int rank) {
        this.texts = texts;
        this.hashes = hashes;
        this.frequencies = frequencies;
        this.rows = rows;
        this.scales = scales;
        this.table = table;
        this.rank = rank;
    }

    /** How many texts it was fitted on. */
    int texts() {
        return texts;
    }

    /** How many terms it knows. */
    int terms() {
        return hashes.length;
    }

    /** The vector of a text, of length 1. */
    float[] vector(String text) {
        float[] vector = new float[DIMENSION];
        float[] directions = new float[rank];
        for (Map.Entry<Long, Integer> entry : Terms.of(text).entrySet()) {
            long hash = entry.getKey();
            int term = Arrays.binarySearch(hashes, hash);
            float weight = weight(entry.getValue(), term);
            addSigns(vector, hash, weight);
            if (term >= 0 && rows[term] >= 0) {
                addRow(directions, rows[term], weight);
            }
        }
        scale(vector, HASHED, 1);
        scale(directions, rank, SHARE);
        System.arraycopy(directions, 0, vector, HASHED, rank);
        scale(vector, DIMENSION, 1);
        return vector;
    }

    private float weight(int count, int term) {
        double often = 1 + StrictMath.log(count);
        if (texts == 0) {
            return (float) often;
        }
        // What occurs in one text only is not kept: it weighs as much as what occurs in none.
        return (float) (often * idf(texts, term < 0 ? 1 : frequencies[term]));
    }

    static double idf(int texts, int frequency) {
        return StrictMath.log((texts + 1) / (frequency + 0.5));
    }

    /** Signs are the bits of SplitMix64, started with the hash, lowest first. */
    private static void addSigns(float[] vector, long hash, float weight) {
        int plus = Float.floatToRawIntBits(weight);
        long state = hash;
        for (int at = 0; at < HASHED; at += Long.SIZE) {
            state += GOLDEN;
            long bits = mix(state);
            for (int i = 0; i < Long.SIZE; i++) {
                vector[at + i] += Float.intBitsToFloat(plus ^ ((int) (bits >>> i) << 31));
            }
        }
    }

    static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private void addRow(float[] sum, int row, float weight) {
        float scale = weight * scales[row];
        int at = row * rank;
        for (int i = 0; i < rank; i++) {
            sum[i] += scale * table[at + i];
        }
    }

    private static void scale(float[] vector, int length, float to) {
        double squares = 0;
        for (int i = 0; i < length; i++) {
            squares += (double) vector[i] * vector[i];
        }
        if (squares > 0) {
            double factor = to / Math.sqrt(squares);
            for (int i = 0; i < length; i++) {
                vector[i] = (float) (vector[i] * factor);
            }
        }
    }

    byte[] encode() {
        long size =
                HEADER
                        + (long) hashes.length * PER_TERM
                        + (long) scales.length * Float.BYTES
                        + table.length
                        + Integer.BYTES;
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size));
        out.order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC);
        out.putInt(texts).putInt(hashes.length).putInt(scales.length).putInt(rank);
        for (long hash : hashes) {
            out.putLong(hash);
        }
        for (int frequency : frequencies) {
            out.putInt(frequency);
        }
        for (int row : rows) {
            out.putInt(row);
        }
        for (float scale : scales) {
            out.putFloat(scale);
        }
        out.put(table);
        byte[] all = out.array();
        out.putInt(checksum(all));
        return all;
    }

    private static int checksum(byte[] all) {
        CRC32C crc = new CRC32C();
        crc.update(all, 0, all.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws CorruptException where it is not that
     */
    static FittedModel decode(byte[] all) {
        ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        if (all.length < HEADER + Integer.BYTES || in.getLong() != MAGIC) {
            throw corrupt("magic: none (expected: ENGRFIT1)");
        }
        int found = in.getInt(all.length - Integer.BYTES);
        if (found != checksum(all)) {
            throw corrupt("crc32c: %08x (expected: %08x)".formatted(found, checksum(all)));
        }
        int texts = in.getInt();
        int terms = in.getInt();
        int rows = in.getInt();
        int rank = in.getInt();
        String trouble = trouble(texts, terms, rows, rank, all.length);
        if (trouble != null) {
            throw corrupt(trouble);
        }
        long[] hashes = new long[terms];
        in.asLongBuffer().get(hashes);
        in.position(in.position() + terms * Long.BYTES);
        int[] frequencies = ints(in, terms);
        int[] places = ints(in, terms);
        float[] scales = new float[rows];
        in.asFloatBuffer().get(scales);
        in.position(in.position() + rows * Float.BYTES);
        byte[] table = new byte[rows * rank];
        in.get(table);
        for (int place : places) {
            if (place < -1 || place >= rows) {
                throw corrupt("row: " + place + " (expected: below " + rows + ")");
            }
        }
        return new FittedModel(texts, hashes, frequencies, places, scales, table, rank);
    }

    private static @Nullable String trouble(int texts, int terms, int rows, int rank, int length) {
        boolean sane =
                texts >= 0
                        && terms >= 0
                        && rows >= 0
                        && rows <= terms
                        && rank >= 0
                        && rank <= DIRECTIONS;
        long expected =
                HEADER
                        + (long) terms * PER_TERM
                        + (long) rows * (Float.BYTES + rank)
                        + Integer.BYTES;
        return sane && expected == length
                ? null
                : "length: " + length + " (expected: " + expected + ")";
    }

    private static int[] ints(ByteBuffer in, int count) {
        int[] ints = new int[count];
        in.asIntBuffer().get(ints);
        in.position(in.position() + count * Integer.BYTES);
        return ints;
    }

    private static CorruptException corrupt(String what) {
        return new CorruptException("fitted model", 0, what);
    }
}
