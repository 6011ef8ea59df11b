package dev.engram.db;

import dev.engram.db.rows.Fields;
import dev.engram.error.CorruptException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The model of a collection as the catalog keeps it.
 *
 * @param identity of the model
 * @param probe what it made of {@link Probe#SENTENCES}; empty in entries older than probes
 * @param fitted whether the model itself is kept with the collection: see {@link Catalog#state}
 */
record StoredModel(ModelIdentity identity, String probe, boolean fitted) {

    /** Whether both give the same vectors, as far as their identities tell. */
    boolean matches(StoredModel other) {
        return identity.matches(other.identity);
    }

    Map<String, Object> encode() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", identity.name());
        map.put("dimension", identity.dimension());
        map.put("fingerprint", identity.fingerprint());
        map.put("provider", identity.provider());
        map.put("revision", identity.revision());
        map.put("pooling", identity.pooling());
        map.put("query_prefix", identity.queryPrefix());
        map.put("passage_prefix", identity.passagePrefix());
        map.put("normalised", identity.normalised());
        map.put("probe", probe);
        map.put("fitted", fitted);
        return map;
    }

    static StoredModel decode(Fields stored) {
        ModelIdentity identity =
                new ModelIdentity(
                        textOr(stored, "provider"),
                        stored.text("name"),
                        textOr(stored, "revision"),
                        (int) stored.number("dimension"),
                        textOr(stored, "pooling"),
                        textOr(stored, "query_prefix"),
                        textOr(stored, "passage_prefix"),
                        stored.has("normalised") && stored.flag("normalised"),
                        stored.text("fingerprint"));
        String probe = textOr(stored, "probe");
        try {
            HexFormat.of().parseHex(probe);
        } catch (IllegalArgumentException e) {
            throw new CorruptException(stored.what(), "probe: " + probe, e);
        }
        return new StoredModel(identity, probe, stored.has("fitted") && stored.flag("fitted"));
    }

    /**
     * Entries of engram 0.1 before there was more than one model have name and fingerprint only.
     */
    private static String textOr(Fields stored, String key) {
        return stored.has(key) ? stored.text(key) : "";
    }
}
