package dev.engram.db;

import dev.engram.error.NotFoundException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** One small embedding model: a text's vector is the sum of its words' vectors. */
final class WordModels implements Models {

    static final String NAME = "words";
    static final int DIMENSION = 24;

    private final String fingerprint;
    private final AtomicInteger passages = new AtomicInteger();
    private volatile Runnable during = () -> {};

    WordModels() {
        this("f1");
    }

    /**
     * @param fingerprint of the model's identity
     */
    WordModels(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    /** How many passages were embedded so far, those of the probe aside. */
    int passages() {
        return passages.get();
    }

    /** Has something done while passages are embedded, by the thread that wants them. */
    void during(Runnable work) {
        during = work;
    }

    @Override
    public Embedder embedder(String name) {
        if (!name.equals(NAME)) {
            throw new NotFoundException("no embedding model '" + name + "' (there is: words)");
        }
        return new WordEmbedder();
    }

    private static float[] vector(String text) {
        float[] sum = new float[DIMENSION];
        for (String word : text.toLowerCase(Locale.ROOT).split("\\W+", -1)) {
            int bits = word.hashCode() * 0x9e3779b9;
            for (int i = 0; i < DIMENSION; i++) {
                sum[i] += (bits >>> i & 1) == 0 ? -1 : 1;
                sum[i] += 0.01f * i;
            }
        }
        return sum;
    }

    private final class WordEmbedder implements Embedder {

        @Override
        public ModelIdentity identity() {
            return new ModelIdentity(NAME, DIMENSION, fingerprint);
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            if (!texts.equals(Probe.SENTENCES)) {
                passages.addAndGet(texts.size());
                during.run();
            }
            return texts.stream().map(WordModels::vector).toList();
        }

        @Override
        public float[] embedQuery(String query) {
            return vector(query);
        }

        @Override
        public void close() {}
    }
}
