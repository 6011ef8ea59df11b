package dev.engram.server.http;

import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Rotation;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads which index a collection is to get: a kind, or an object with a kind and its settings. */
final class IndexWish {

    private static final List<String> KINDS = List.of("flat", "hnsw", "ivf_pq");
    private static final List<String> FIELDS =
            List.of(
                    "kind",
                    "degree",
                    "beam_build",
                    "seed",
                    "codes",
                    "lists",
                    "code_bytes",
                    "assignments",
                    "rotation");
    private static final List<String> ROTATIONS = List.of("none", "random");
    private static final List<String> CODES = List.of("none", "sq8", "blocks");

    private @Nullable String kind;
    private @Nullable Integer degree;
    private @Nullable Integer beamBuild;
    private @Nullable Long seed;
    private @Nullable Codes codes;
    private @Nullable Integer lists;
    private @Nullable Integer codeBytes;
    private @Nullable Integer assignments;
    private @Nullable Rotation rotation;

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
            case "lists" -> lists = in.integer();
            case "code_bytes" -> codeBytes = in.integer();
            case "assignments" -> assignments = in.integer();
            case "rotation" -> rotation = readRotation(in);
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
            default ->
                    throw in.refusal(
                            "invalid_argument",
                            "codes '" + codes + "' are unknown",
                            Suggestion.of(codes, CODES));
        };
    }

    private static Rotation readRotation(JsonInput in) throws IOException {
        String rotation = in.string().toLowerCase(Locale.ROOT);
        return switch (rotation) {
            case "none" -> Rotation.NONE;
            case "random" -> Rotation.RANDOM;
            default ->
                    throw in.refusal(
                            "invalid_argument",
                            "rotation '" + rotation + "' is unknown",
                            Suggestion.of(rotation, ROTATIONS));
        };
    }

    private boolean isOfGraphs() {
        return degree != null || beamBuild != null || codes != null;
    }

    private boolean isOfLists() {
        return lists != null || codeBytes != null || assignments != null || rotation != null;
    }

    private IndexSpec spec() {
        if ("flat".equals(kind)) {
            if (isOfGraphs() || isOfLists() || seed != null) {
                throw new IllegalArgumentException("index 'flat' has no settings (expected: none)");
            }
            return new IndexSpec.Flat();
        }
        return "ivf_pq".equals(kind) ? listSpec() : graphSpec();
    }

    private IndexSpec listSpec() {
        if (isOfGraphs()) {
            throw new IllegalArgumentException(
                    "index 'ivf_pq' has no degree, beam_build or codes (expected: lists,"
                            + " code_bytes, assignments, rotation or seed)");
        }
        IndexSpec.IvfPq usual = new IndexSpec.IvfPq();
        return new IndexSpec.IvfPq(
                lists == null ? usual.lists() : lists,
                codeBytes == null ? usual.codeBytes() : codeBytes,
                assignments == null ? usual.assignments() : assignments,
                rotation == null ? usual.rotation() : rotation,
                seed == null ? usual.seed() : seed);
    }

    private IndexSpec graphSpec() {
        if (isOfLists()) {
            throw new IllegalArgumentException(
                    "index 'hnsw' has no lists, code_bytes, assignments or rotation (expected:"
                            + " degree, beam_build, codes or seed)");
        }
        IndexSpec.Hnsw usual = new IndexSpec.Hnsw();
        return new IndexSpec.Hnsw(
                degree == null ? usual.degree() : degree,
                beamBuild == null ? usual.beamBuild() : beamBuild,
                seed == null ? usual.seed() : seed,
                codes == null ? usual.codes() : codes);
    }
}
