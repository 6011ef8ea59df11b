package dev.engram.db;

import dev.engram.error.CorruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the vectors of one collection's records and questions, in the form its index wants. */
final class PointVectors {

    private final String name;
    private final CatalogEntry entry;
    private final ModelDesk models;
    private final Catalog catalog;

    /** The embedder that is kept with the collection, once it is made. */
    private volatile @Nullable Embedder fitted;

    PointVectors(String name, CatalogEntry entry, ModelDesk models, Catalog catalog) {
        this.name = name;
        this.entry = entry;
        this.models = models;
        this.catalog = catalog;
    }

    /** The vectors of these records; embeds the texts of those that bring none. */
    List<float[]> of(List<Point> points) {
        List<String> texts = new ArrayList<>();
        for (Point point : points) {
            if (point.vector() == null) {
                texts.add(Objects.requireNonNull(point.text()));
            }
        }
        List<float[]> embedded = texts.isEmpty() ? List.of() : embedder().embed(texts);
        if (embedded.size() != texts.size()) {
            throw new AssertionError(embedded.size() + " vectors for " + texts.size() + " texts");
        }
        List<float[]> vectors = new ArrayList<>(points.size());
        int next = 0;
        for (Point point : points) {
            String what = "vector of '" + point.id() + "'";
            vectors.add(
                    point.vector() == null
                            ? made(embedded.get(next++), what)
                            : VectorCheck.prepare(point.vector(), entry, what));
        }
        return vectors;
    }

    /** The vector of a question. */
    float[] ofQuery(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("query: blank (expected: a text)");
        }
        return made(embedder().embedQuery(text), "query vector");
    }

    /** The vector of a question that brings its own. */
    float[] ofQuery(float[] vector) {
        return VectorCheck.prepare(vector, entry, "query vector");
    }

    /** A model's bad vector is not the caller's mistake. */
    private float[] made(float[] vector, String what) {
        try {
            return VectorCheck.prepare(vector, entry, what);
        } catch (IllegalArgumentException e) {
            throw new AssertionError("the model of '" + name + "' gave a bad vector", e);
        }
    }

    private Embedder embedder() {
        StoredModel wanted = entry.model();
        if (wanted == null) {
            throw new IllegalArgumentException(
                    "text: '"
                            + name
                            + "' has no embedding model (expected: a vector of "
                            + entry.dimension()
                            + " components)");
        }
        String model = wanted.identity().name();
        Embedder embedder = wanted.fitted() ? fitted(model) : models.embedder(model);
        models.check(name, wanted, embedder);
        return embedder;
    }

    private Embedder fitted(String model) {
        Embedder made = fitted;
        if (made == null) {
            byte[] state = catalog.state(entry.number());
            if (state == null) {
                throw new CorruptException(
                        "rows (catalog)", 0, "the fitted model of '" + name + "' is missing");
            }
            made = models.fitted(model, state);
            fitted = made;
        }
        return made;
    }

    /** Bytes of the model that is kept with the collection; 0 where there is none. */
    long stateBytes() {
        StoredModel model = entry.model();
        byte[] state = model != null && model.fitted() ? catalog.state(entry.number()) : null;
        return state == null ? 0 : state.length;
    }
}
