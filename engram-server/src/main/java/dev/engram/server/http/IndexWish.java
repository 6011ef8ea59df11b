package dev.engram.server.http;

import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Rotation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads which index a collection is to get: a kind, or an object with a kind and its settings. */
final class IndexWish {

    private static final List<String> KINDS = List.of("flat", "hnsw", "diskann", "ivf_pq", "scan");
    private static final List<String> FIELDS =
            List.of(
                    "kind",
                    "degree",
                    "beam_build",
                    "alpha",
                    "seed",
                    "codes",
                    "lists",
                    "code_bytes",
                    "assignments",
                    "rotation");
    private static final List<String> ROTATIONS = List.of("none", "random");
    private static final List<String> CODES =
            List.of("none", "sq8", "blocks", "rabitq1", "rabitq2", "rabitq3", "rabitq4", "pq");

    private final List<String> given = new ArrayList<>();
    private @Nullable String kind;
    private @Nullable Integer degree;
    private @Nullable Integer beamBuild;
    private @Nullable Double alpha;
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
        given.add(field);
        switch (field) {
            case "kind" -> kind = readKind(in);
            case "degree" -> degree = in.integer();
            case "beam_build" -> beamBuild = in.integer();
            case "alpha" -> alpha = in.number();
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

    private IndexSpec spec() {
        String wanted = kind == null ? "hnsw" : kind;
        List<String> settings =
                switch (wanted) {
                    case "flat" -> List.of();
                    case "hnsw" -> List.of("degree", "beam_build", "seed", "codes");
                    case "diskann" ->
                            List.of("degree", "beam_build", "alpha", "code_bytes", "seed");
                    case "ivf_pq" ->
                            List.of("lists", "code_bytes", "assignments", "rotation", "seed");
                    case "scan" -> List.of("code_bytes", "seed");
                    default -> throw new AssertionError(wanted);
                };
        for (String setting : given) {
            if (!setting.equals("kind") && !settings.contains(setting)) {
                String expected = settings.isEmpty() ? "none" : String.join(", ", settings);
                throw new IllegalArgumentException(
                        "index '%s' has no setting %s (expected: %s)"
                                .formatted(wanted, setting, expected));
            }
        }
        return switch (wanted) {
            case "hnsw" -> hnsw();
            case "diskann" -> diskAnn();
            case "ivf_pq" -> ivfPq();
            case "scan" -> scan();
            default -> new IndexSpec.Flat();
        };
    }

    private IndexSpec hnsw() {
        IndexSpec.Hnsw usual = new IndexSpec.Hnsw();
        return new IndexSpec.Hnsw(
                or(degree, usual.degree()),
                or(beamBuild, usual.beamBuild()),
                or(seed, usual.seed()),
                or(codes, usual.codes()));
    }

    private IndexSpec diskAnn() {
        IndexSpec.DiskAnn usual = new IndexSpec.DiskAnn();
        return new IndexSpec.DiskAnn(
                or(degree, usual.degree()),
                or(beamBuild, usual.beamBuild()),
                or(alpha, usual.alpha()),
                or(codeBytes, usual.codeBytes()),
                or(seed, usual.seed()));
    }

    private IndexSpec ivfPq() {
        IndexSpec.IvfPq usual = new IndexSpec.IvfPq();
        return new IndexSpec.IvfPq(
                or(lists, usual.lists()),
                or(codeBytes, usual.codeBytes()),
                or(assignments, usual.assignments()),
                or(rotation, usual.rotation()),
                or(seed, usual.seed()));
    }

    private IndexSpec scan() {
        IndexSpec.Scan usual = new IndexSpec.Scan();
        return new IndexSpec.Scan(or(codeBytes, usual.codeBytes()), or(seed, usual.seed()));
    }

    private static <T> T or(@Nullable T wish, T usual) {
        return wish == null ? usual : wish;
    }
}
