package dev.engram.cli;

import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Rotation;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** An index of any kind with all its settings; one that means nothing to the kind is refused. */
final class IndexOptions {

    @Option(
            names = "--index",
            description = "flat, hnsw, diskann, ivf_pq or scan (default: ${DEFAULT-VALUE}).")
    IndexKind kind = IndexKind.HNSW;

    @Option(
            names = "--codes",
            description =
                    "What a search of hnsw compares: none, the vectors; sq8; rabitq1 to rabitq4"
                            + " (rabitq for short); pq; or blocks (default: none).")
    @Nullable Codes codes;

    @Option(names = "--degree", description = "M of hnsw (default: 16), R of diskann (48).")
    @Nullable Integer degree;

    @Option(
            names = "--beam-build",
            description = "efConstruction of hnsw (default: 200), L of diskann (100).")
    @Nullable Integer beamBuild;

    @Option(names = "--alpha", description = "Of diskann, 1..2 (default: 1.2).")
    @Nullable Double alpha;

    @Option(
            names = "--code-bytes",
            paramLabel = "N",
            description =
                    "Codes of diskann, ivf_pq or scan a vector; 0 for as many as suit the dimension"
                            + " (default: 0).")
    @Nullable Integer codeBytes;

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            description =
                    "What diskann may hold in memory (default: a fifth of the vectors' bytes).")
    @Nullable Long memory;

    @Option(
            names = "--lists",
            paramLabel = "N",
            description = "Lists of ivf_pq; 0 for as many as suit the vectors (default: 0).")
    @Nullable Integer lists;

    @Option(
            names = "--assignments",
            paramLabel = "N",
            description = "Lists of ivf_pq a vector stands in, 1..4 (default: 1).")
    @Nullable Integer assignments;

    @Option(
            names = "--rotation",
            paramLabel = "KIND",
            description =
                    "What vectors of ivf_pq are turned by before they are coded: none or random"
                            + " (default: none).")
    @Nullable Rotation rotation;

    @Option(names = "--seed", description = "Of the index (default: ${DEFAULT-VALUE}).")
    long seed = 42;

    /** The index that is asked for. */
    IndexSpec spec() {
        checkUnused();
        return switch (kind) {
            case FLAT -> new IndexSpec.Flat();
            case HNSW -> {
                IndexSpec.Hnsw usual = new IndexSpec.Hnsw();
                yield new IndexSpec.Hnsw(
                        or(degree, usual.degree()),
                        or(beamBuild, usual.beamBuild()),
                        seed,
                        or(codes, usual.codes()));
            }
            case DISKANN -> {
                IndexSpec.DiskAnn usual = new IndexSpec.DiskAnn();
                yield new IndexSpec.DiskAnn(
                        or(degree, usual.degree()),
                        or(beamBuild, usual.beamBuild()),
                        or(alpha, usual.alpha()),
                        or(codeBytes, usual.codeBytes()),
                        seed);
            }
            case IVF_PQ -> {
                IndexSpec.IvfPq usual = new IndexSpec.IvfPq();
                yield new IndexSpec.IvfPq(
                        or(lists, usual.lists()),
                        or(codeBytes, usual.codeBytes()),
                        or(assignments, usual.assignments()),
                        or(rotation, usual.rotation()),
                        seed);
            }
            case SCAN -> new IndexSpec.Scan(or(codeBytes, 0), seed);
        };
    }

    /** What an index on disk may hold in memory; 0 for its usual share. */
    long memoryBytesMax() {
        return or(memory, 0L);
    }

    private void checkUnused() {
        check("--codes", codes, IndexKind.HNSW);
        check("--degree", degree, IndexKind.HNSW, IndexKind.DISKANN);
        check("--beam-build", beamBuild, IndexKind.HNSW, IndexKind.DISKANN);
        check("--alpha", alpha, IndexKind.DISKANN);
        check("--code-bytes", codeBytes, IndexKind.DISKANN, IndexKind.IVF_PQ, IndexKind.SCAN);
        check("--memory", memory, IndexKind.DISKANN);
        check("--lists", lists, IndexKind.IVF_PQ);
        check("--assignments", assignments, IndexKind.IVF_PQ);
        check("--rotation", rotation, IndexKind.IVF_PQ);
    }

    private void check(String name, @Nullable Object value, IndexKind... kinds) {
        List<IndexKind> its = List.of(kinds);
        if (value != null && !its.contains(kind)) {
            String expected =
                    its.stream()
                            .map(it -> "--index " + it.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(" or "));
            throw new IllegalArgumentException(
                    "%s: %s is no setting of %s (expected: %s, or nothing)"
                            .formatted(
                                    name, value, kind.name().toLowerCase(Locale.ROOT), expected));
        }
    }

    private static <T> T or(@Nullable T wish, T usual) {
        return wish == null ? usual : wish;
    }
}
