package dev.engram.db.shard;

import dev.engram.db.rows.Fields;
import dev.engram.error.CorruptException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Rotation;
import java.util.Map;

/** Which index vectors get, as the catalog and the manifests of segments keep it. */
public final class IndexFields {

    private IndexFields() {}

    /** In a few words. */
    public static String describe(IndexSpec index) {
        return switch (index) {
            case IndexSpec.Flat() -> "flat";
            case IndexSpec.Hnsw(int degree, int beamBuild, long seed, Codes codes) ->
                    "hnsw of degree %d, build beam %d, seed %d".formatted(degree, beamBuild, seed)
                            + (codes == Codes.NONE ? "" : ", codes " + word(codes));
            case IndexSpec.DiskAnn disk ->
                    "diskann of degree %d, build beam %d, alpha %s, %s, seed %d"
                            .formatted(
                                    disk.degree(),
                                    disk.beamBuild(),
                                    disk.alpha(),
                                    disk.codeBytes() == 0
                                            ? "codes by dimension"
                                            : "codes of " + disk.codeBytes() + " bytes",
                                    disk.seed());
            case IndexSpec.IvfPq ivf ->
                    "ivf_pq of %d lists, %d bytes of codes, %d assignments, rotation %s, seed %d"
                            .formatted(
                                    ivf.lists(),
                                    ivf.codeBytes(),
                                    ivf.assignments(),
                                    word(ivf.rotation()),
                                    ivf.seed());
            case IndexSpec.Scan(int codeBytes, long seed) ->
                    "scan of %s, seed %d"
                            .formatted(
                                    codeBytes == 0
                                            ? "codes by dimension"
                                            : "codes of " + codeBytes + " bytes",
                                    seed);
        };
    }

    /** As fields, for {@link #decode}. */
    public static Map<String, Object> encode(IndexSpec index) {
        return switch (index) {
            case IndexSpec.Flat() -> Map.of("kind", "flat");
            case IndexSpec.Hnsw(int degree, int beamBuild, long seed, Codes codes) ->
                    Map.of(
                            "kind", "hnsw",
                            "degree", degree,
                            "beam_build", beamBuild,
                            "seed", seed,
                            "codes", word(codes));
            case IndexSpec.DiskAnn disk ->
                    Map.of(
                            "kind", "diskann",
                            "degree", disk.degree(),
                            "beam_build", disk.beamBuild(),
                            "alpha", Double.toString(disk.alpha()),
                            "code_bytes", disk.codeBytes(),
                            "seed", disk.seed());
            case IndexSpec.IvfPq ivf ->
                    Map.of(
                            "kind", "ivf_pq",
                            "lists", ivf.lists(),
                            "code_bytes", ivf.codeBytes(),
                            "assignments", ivf.assignments(),
                            "rotation", word(ivf.rotation()),
                            "seed", ivf.seed());
            case IndexSpec.Scan(int codeBytes, long seed) ->
                    Map.of("kind", "scan", "code_bytes", codeBytes, "seed", seed);
        };
    }

    /**
     * Reads what {@link #encode} made.
     *
     * @throws CorruptException where it is no index
     */
    public static IndexSpec decode(Fields index) {
        String kind = index.text("kind");
        return switch (kind) {
            case "flat" -> new IndexSpec.Flat();
            case "hnsw" ->
                    new IndexSpec.Hnsw(
                            (int) index.number("degree"),
                            (int) index.number("beam_build"),
                            index.number("seed"),
                            codes(index));
            case "diskann" ->
                    new IndexSpec.DiskAnn(
                            (int) index.number("degree"),
                            (int) index.number("beam_build"),
                            alpha(index),
                            (int) index.number("code_bytes"),
                            index.number("seed"));
            case "ivf_pq" ->
                    new IndexSpec.IvfPq(
                            (int) index.number("lists"),
                            (int) index.number("code_bytes"),
                            (int) index.number("assignments"),
                            rotation(index),
                            index.number("seed"));
            case "scan" ->
                    new IndexSpec.Scan((int) index.number("code_bytes"), index.number("seed"));
            default -> throw new CorruptException(index.what(), 0, "index kind: " + kind);
        };
    }

    private static Codes codes(Fields index) {
        // Entries of engram 0.1 before there were codes do not say.
        String word = index.has("codes") ? index.text("codes") : word(Codes.NONE);
        for (Codes codes : Codes.values()) {
            if (word(codes).equals(word)) {
                return codes;
            }
        }
        throw new CorruptException(index.what(), 0, "codes: " + word);
    }

    private static String word(Codes codes) {
        return switch (codes) {
            case NONE -> "none";
            case SQ8 -> "sq8";
            case BLOCKS -> "blocks";
            case RABITQ1 -> "rabitq1";
            case RABITQ2 -> "rabitq2";
            case RABITQ3 -> "rabitq3";
            case RABITQ4 -> "rabitq4";
            case PQ -> "pq";
        };
    }

    private static double alpha(Fields index) {
        String alpha = index.text("alpha");
        try {
            return Double.parseDouble(alpha);
        } catch (NumberFormatException e) {
            throw new CorruptException(index.what(), "alpha: " + alpha, e);
        }
    }

    private static Rotation rotation(Fields index) {
        String word = index.text("rotation");
        for (Rotation rotation : Rotation.values()) {
            if (word(rotation).equals(word)) {
                return rotation;
            }
        }
        throw new CorruptException(index.what(), 0, "rotation: " + word);
    }

    private static String word(Rotation rotation) {
        return switch (rotation) {
            case NONE -> "none";
            case RANDOM -> "random";
        };
    }
}
