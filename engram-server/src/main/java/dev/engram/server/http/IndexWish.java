package dev.engram.server.http;

import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads which index a collection is to get: a kind, or an object with a kind and its settings. */
final class IndexWish {

    private static final List<String> KINDS = List.of("flat", "hnsw", "diskann");
    private static final List<String> FIELDS =
            List.of("kind", "degree", "beam_build", "seed", "codes");
    private static final List<String> CODES =
            List.of("none", "sq8", "blocks", "rabitq1", "rabitq2", "rabitq3", "rabitq4", "pq");

    private @Nullable String kind;
    private @Nullable Integer degree;
    private @Nullable Integer beamBuild;
    private @Nullable Long seed;
    private @Nullable Codes codes;

    private IndexWish() {}

    static IndexSpec read(JsonInput in) throws IOException {
        IndexWish wish = new IndexWish();
        if (in.atString()) {
            wish.kind = readKind(in);
        } else {
            in.object(FIELDS, field -> wish.readField(in, field));
            in.required(wish.kind, "kind");
        }
        return in.checked(wish::spec);
    }

    private void readField(JsonInput in, String field) throws IOException {
        switch (field) {
            case "kind" -> kind = readKind(in);
            case "degree" -> degree = in.integer();
            case "beam_build" -> beamBuild = in.integer();
            case "seed" -> seed = in.longInteger();
            case "codes" -> codes = readCodes(in);
            default -> throw new AssertionError(field);
        }
    }

    private static String readKind(JsonInput in) throws IOException {
        String kind = in.string().toLowerCase(Locale.ROOT);
        if (!KINDS.contains(kind)) {
            throw in.refusal(
                    "invalid_argument",
                    "index '" + kind + "' is unknown",
                    Suggestion.of(kind, KINDS));
        }
        return kind;
    }

    private static Codes readCodes(JsonInput in) throws IOException {
        String codes = in.string().toLowerCase(Locale.ROOT);
        return switch (codes) {
            case "none" -> Codes.NONE;
            case "sq8" -> Codes.SQ8;
            case "blocks" -> Codes.BLOCKS;
            case "rabitq1" -> Codes.RABITQ1;
            case "rabitq2" -> Codes.RABITQ2;
            case "rabitq3" -> Codes.RABITQ3;
            case "rabitq4" -> Codes.RABITQ4;
            case "pq" -> Codes.PQ;
            default ->
                    throw in.refusal(
                            "invalid_argument",
                            "codes '" + codes + "' are unknown",
                            Suggestion.of(codes, CODES));
        };
    }

    private IndexSpec spec() {
        if ("flat".equals(kind)) {
            if (degree != null || beamBuild != null || seed != null || codes != null) {
                throw new IllegalArgumentException("index 'flat' has no settings (expected: none)");
            }
            return new IndexSpec.Flat();
        }
        if ("diskann".equals(kind)) {
            return diskAnn();
        }
        IndexSpec.Hnsw usual = new IndexSpec.Hnsw();
        return new IndexSpec.Hnsw(
                degree == null ? usual.degree() : degree,
                beamBuild == null ? usual.beamBuild() : beamBuild,
                seed == null ? usual.seed() : seed,
                codes == null ? usual.codes() : codes);
    }

    private IndexSpec diskAnn() {
        if (codes != null) {
            throw new IllegalArgumentException(
                    "index 'diskann' has no setting codes (expected: none, or kind 'hnsw')");
        }
        IndexSpec.DiskAnn usual = new IndexSpec.DiskAnn();
        return new IndexSpec.DiskAnn(
                degree == null ? usual.degree() : degree,
                beamBuild == null ? usual.beamBuild() : beamBuild,
                usual.alpha(),
                usual.codeBytes(),
                seed == null ? usual.seed() : seed);
    }
}
