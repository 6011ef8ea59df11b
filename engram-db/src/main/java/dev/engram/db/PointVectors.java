package dev.engram.db;

import dev.engram.error.ConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Makes the vectors of one collection's records and questions, in the form its index wants. */
final class PointVectors {

    private final String name;
    private final CatalogEntry entry;
    private final Models models;

    PointVectors(String name, CatalogEntry entry, Models models) {
        this.name = name;
        this.entry = entry;
        this.models = models;
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
        ModelIdentity wanted = entry.model();
        if (wanted == null) {
            throw new IllegalArgumentException(
                    "text: '"
                            + name
                            + "' has no embedding model (expected: a vector of "
                            + entry.dimension()
                            + " components)");
        }
        Embedder embedder = models.embedder(wanted.name());
        if (!embedder.identity().equals(wanted)) {
            throw new ConflictException(
                    "'%s' was built with model %s (fingerprint %s), but here it is %s; build it again"
                            .formatted(
                                    name,
                                    wanted.name(),
                                    wanted.fingerprint(),
                                    embedder.identity().fingerprint()));
        }
        return embedder;
    }
}
