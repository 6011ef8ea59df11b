package dev.engram.db.keyword;

/**
 * How the words of a text are weighed (Okapi BM25; see Robertson and Zaragoza 2009).
 *
 * @param k1 how much a word counts that comes again, 0..100: at 0 not at all
 * @param b how much a long text is held against it, 0..1
 */
public record Bm25(float k1, float b) {

    /** What most use. */
    public static final Bm25 DEFAULT = new Bm25(1.2f, 0.75f);

    private static final float K1_MAX = 100;

    public Bm25 {
        if (!(k1 >= 0 && k1 <= K1_MAX)) {
            throw new IllegalArgumentException("k1: " + k1 + " (expected: 0..100)");
        }
        if (!(b >= 0 && b <= 1)) {
            throw new IllegalArgumentException("b: " + b + " (expected: 0..1)");
        }
    }
}
