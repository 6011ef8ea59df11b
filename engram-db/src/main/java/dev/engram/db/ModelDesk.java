package dev.engram.db;

import dev.engram.error.ConflictException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the collections of one database get their embedders, and have them checked against what
 * their vectors were made by. Each model is probed once.
 */
final class ModelDesk {

    private final Models models;
    private final Map<ModelIdentity, String> probes = new ConcurrentHashMap<>();

    ModelDesk(Models models) {
        this.models = models;
    }

    /** The model of a schema, to be kept in the catalog. */
    StoredModel model(Schema.Content.Texts texts) {
        Embedder embedder = models.embedder(texts.model());
        return new StoredModel(embedder.identity(), probe(embedder), false);
    }

    /** The fitted model of a schema, to be kept in the catalog. */
    StoredModel model(Schema.Content.FittedTexts texts) {
        Embedder embedder = models.fitted(texts.model(), texts.state().bytes());
        return new StoredModel(embedder.identity(), probe(embedder), true);
    }

    /** The embedder of that name. */
    Embedder embedder(String name) {
        return models.embedder(name);
    }

    /** The embedder made of what is kept with a collection. */
    Embedder fitted(String name, byte[] state) {
        return models.fitted(name, state);
    }

    /**
     * Refuses an embedder that would give other vectors than those that are there.
     *
     * @param collection for the message
     */
    void check(String collection, StoredModel wanted, Embedder embedder) {
        ModelIdentity was = wanted.identity();
        ModelIdentity here = embedder.identity();
        if (!was.matches(here)) {
            String more = was.differences(here);
            throw new ConflictException(
                    "'%s' was built with model %s (fingerprint %s), but here it is %s%s; build it again"
                            .formatted(
                                    collection,
                                    was.name(),
                                    was.fingerprint(),
                                    here.fingerprint(),
                                    more.isEmpty() ? "" : " (" + more + ")"));
        }
        if (wanted.probe().isEmpty()) {
            return;
        }
        double cosine = Probe.cosine(wanted.probe(), probe(embedder));
        if (cosine < Probe.COSINE_MIN) {
            throw new ConflictException(
                    "model %s gives other vectors than when '%s' was built (cosine %.3f, expected: at least %s, on probe sentences): it was changed behind its name; build it again"
                            .formatted(was.name(), collection, cosine, Probe.COSINE_MIN));
        }
    }

    private String probe(Embedder embedder) {
        ModelIdentity identity = embedder.identity();
        String probe = probes.get(identity);
        if (probe == null) {
            probe = Probe.of(embedder);
            probes.put(identity, probe);
        }
        return probe;
    }
}
