package dev.engram.db;

import java.util.HexFormat;
import java.util.List;

/**
 * A sketch of what a model makes of a few sentences: tells whether a model of the same name still
 * gives the vectors it gave when a collection was made.
 *
 * <p>A sentence's vector is scaled to length 1, its components are added into {@value #BUCKETS}
 * buckets with fixed signs, and each bucket is kept as a byte. The cosine of two sketches is near
 * that of the vectors, and is 1 for equal ones. Processors differ in the last digits of int8
 * models; another model, another version of it, or other prefixes differ by far more.
 */
public final class Probe {

    /** What is embedded, as passages, by {@link Embedder#embed}. */
    public static final List<String> SENTENCES =
            List.of(
                    "The river froze early that winter, and the mill stood still until March.",
                    "public static int parse(String text) { return Integer.parseInt(text); }",
                    "Preisliste 2024: 3 Äpfel, 12 €/kg, order no. 0815.");

    /** Below it two sketches are of different models. */
    static final double COSINE_MIN = 0.97;

    private static final int BUCKETS = 32;
    private static final int SCALE = 127;

    private Probe() {}

    /** The sketch of a model, in hexadecimal digits. */
    static String of(Embedder embedder) {
        List<float[]> vectors = embedder.embed(SENTENCES);
        if (vectors.size() != SENTENCES.size()) {
            throw new AssertionError(vectors.size() + " vectors for " + SENTENCES.size());
        }
        byte[] sketch = new byte[BUCKETS * SENTENCES.size()];
        for (int i = 0; i < vectors.size(); i++) {
            sketch(vectors.get(i), sketch, i * BUCKETS);
        }
        return HexFormat.of().formatHex(sketch);
    }

    private static void sketch(float[] vector, byte[] sketch, int offset) {
        double[] buckets = new double[BUCKETS];
        for (int i = 0; i < vector.length; i++) {
            int mixed = (i + 1) * 0x9e3779b1;
            buckets[mixed >>> 27] += (mixed & (1 << 20)) == 0 ? vector[i] : -vector[i];
        }
        double most = Float.MIN_NORMAL;
        for (double bucket : buckets) {
            most = Math.max(most, Math.abs(bucket));
        }
        for (int i = 0; i < BUCKETS; i++) {
            sketch[offset + i] = (byte) Math.round(buckets[i] / most * SCALE);
        }
    }

    /** The least cosine between two sketches, sentence by sentence; -1 for sketches of no use. */
    static double cosine(String a, String b) {
        int letters = 2 * BUCKETS * SENTENCES.size();
        if (a.length() != letters || b.length() != letters) {
            return -1;
        }
        byte[] left = HexFormat.of().parseHex(a);
        byte[] right = HexFormat.of().parseHex(b);
        double least = 1;
        for (int at = 0; at < left.length; at += BUCKETS) {
            least = Math.min(least, cosine(left, right, at));
        }
        return least;
    }

    private static double cosine(byte[] a, byte[] b, int from) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = from; i < from + BUCKETS; i++) {
            dot += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        return dot == 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
    }
}
