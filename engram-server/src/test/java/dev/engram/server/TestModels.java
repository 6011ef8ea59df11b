package dev.engram.server;

import dev.engram.db.Embedder;
import dev.engram.db.ModelIdentity;
import dev.engram.db.Models;
import dev.engram.db.Schema;
import dev.engram.error.NotFoundException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Bags of words, each word hashed to one of 64 places: texts are near that share words. A test may
 * put itself in between to wait, to look around, or to fail.
 */
final class TestModels implements Models {

    static final String WORDS = "words";
    static final int DIMENSION = 64;

    private static final Set<String> NAMES = Set.of(WORDS, Schema.DEFAULT_MODEL);

    /** Sees every text on its way to the embedding. */
    volatile UnaryOperator<String> before = text -> text;

    @Override
    public Embedder embedder(String name) {
        if (!NAMES.contains(name)) {
            throw new NotFoundException("no model '" + name + "' (there is: words)");
        }
        return new Words(name);
    }

    private final class Words implements Embedder {

        private final String name;

        Words(String name) {
            this.name = name;
        }

        @Override
        public ModelIdentity identity() {
            return new ModelIdentity(name, DIMENSION, "hash-1");
        }

        @Override
        public List<float[]> embed(List<String> passages) {
            return passages.stream().map(this::embedQuery).toList();
        }

        @Override
        public float[] embedQuery(String query) {
            float[] vector = new float[DIMENSION];
            vector[0] = 0.01f; // A text without words still has a direction.
            for (String word : before.apply(query).toLowerCase(Locale.ROOT).split("\\P{L}+", -1)) {
                if (!word.isEmpty()) {
                    vector[1 + Math.floorMod(word.hashCode() * 0x9E3779B9, DIMENSION - 1)] += 1;
                }
            }
            return vector;
        }

        @Override
        public void close() {}
    }
}
