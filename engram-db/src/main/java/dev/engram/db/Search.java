package dev.engram.db;

import dev.engram.db.keyword.Bm25;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A question with all that can be said about how it is answered. Immutable; each method returns
 * another one.
 *
 * <pre>{@code
 * collection.search(Search.of("retry with back-off").k(5).mode(Mode.KEYWORD))
 * }</pre>
 *
 * @param text of the question; null where only a vector asks
 * @param vector in the place of the one that the model makes of the text; null to have it made
 * @param k how many answers, 1..10000
 * @param beam candidates a graph search holds, 1..10000
 * @param filter which records may be answered
 * @param mode what it goes by
 * @param fusion of meaning and words, under {@link Mode#HYBRID}
 * @param wordRepeats how much a word counts that comes again (k1 of BM25), 0..100
 * @param wordLength how much a long text is held against it (b of BM25), 0..1
 */
public record Search(
        @Nullable String text,
        float @Nullable [] vector,
        int k,
        int beam,
        Filter filter,
        Mode mode,
        Fusion fusion,
        float wordRepeats,
        float wordLength) {

    /** How many answers where nothing is said. */
    public static final int K_DEFAULT = 10;

    public Search {
        if (text == null && vector == null) {
            throw new IllegalArgumentException(
                    "question: neither text nor vector (expected: one of them, or both)");
        }
        if (text == null && mode != Mode.VECTOR) {
            throw new IllegalArgumentException(
                    "question: no text (expected: one, as the mode is " + mode + ")");
        }
        Collection.check(k, beam);
        Objects.requireNonNull(filter, "filter");
        new Bm25(wordRepeats, wordLength);
        vector = vector == null ? null : vector.clone();
    }

    private Search(@Nullable String text, float @Nullable [] vector, Mode mode) {
        this(
                text,
                vector,
                K_DEFAULT,
                Collection.BEAM_DEFAULT,
                Filter.every(),
                mode,
                Fusion.AUTO,
                Bm25.DEFAULT.k1(),
                Bm25.DEFAULT.b());
    }

    /** Asks by the meaning and the words of a text. */
    public static Search of(String text) {
        return new Search(text, null, Mode.HYBRID);
    }

    /** Asks by a vector. */
    public static Search of(float[] vector) {
        return new Search(null, vector, Mode.VECTOR);
    }

    /** The same for so many answers. */
    public Search k(int count) {
        return new Search(text, vector, count, beam, filter, mode, fusion, wordRepeats, wordLength);
    }

    /** The same with another beam. */
    public Search beam(int width) {
        return new Search(text, vector, k, width, filter, mode, fusion, wordRepeats, wordLength);
    }

    /** The same of the records that a filter accepts. */
    public Search filter(Filter accepted) {
        return new Search(text, vector, k, beam, accepted, mode, fusion, wordRepeats, wordLength);
    }

    /** The same by something else. */
    public Search mode(Mode other) {
        return new Search(text, vector, k, beam, filter, other, fusion, wordRepeats, wordLength);
    }

    /** The same, put together in another way. */
    public Search fusion(Fusion other) {
        return new Search(text, vector, k, beam, filter, mode, other, wordRepeats, wordLength);
    }

    /** The same with a vector of the caller's for the meaning. */
    public Search vector(float[] made) {
        return new Search(text, made, k, beam, filter, mode, fusion, wordRepeats, wordLength);
    }

    /** The same with other weights of words: k1 and b of BM25. */
    public Search words(float k1, float b) {
        return new Search(text, vector, k, beam, filter, mode, fusion, k1, b);
    }

    Bm25 weights() {
        return new Bm25(wordRepeats, wordLength);
    }
}
