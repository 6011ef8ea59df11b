package dev.engram.cli;

import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Rotation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** An index of any kind with all its settings; one that means nothing to the kind is refused. */
final class IndexOptions {

    @Option(
            names = "--index",
            description = "flat, hnsw, diskann or ivf_pq (default: ${DEFAULT-VALUE}).")
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
                    "Codes of diskann or ivf_pq a vector; 0 for as many as suit the dimension"
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
        };
    }

    /** What an index on disk may hold in memory; 0 for its usual share. */
    long memoryBytesMax() {
        return or(memory, 0L);
    }

    private void checkUnused() {
        boolean graph = kind == IndexKind.HNSW || kind == IndexKind.DISKANN;
        boolean disk = kind == IndexKind.DISKANN;
        boolean inverted = kind == IndexKind.IVF_PQ;
        List<String> unused = new ArrayList<>();
        collect(unused, "--codes", codes, kind == IndexKind.HNSW);
        collect(unused, "--degree", degree, graph);
        collect(unused, "--beam-build", beamBuild, graph);
        collect(unused, "--alpha", alpha, disk);
        collect(unused, "--code-bytes", codeBytes, disk || inverted);
        collect(unused, "--memory", memory, disk);
        collect(unused, "--lists", lists, inverted);
        collect(unused, "--assignments", assignments, inverted);
        collect(unused, "--rotation", rotation, inverted);
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join(", ", unused)
                            + ": not of this kind of index (expected: none of them, or another"
                            + " --index; engram bench ann --help tells which)");
        }
    }

    private static void collect(
            List<String> unused, String name, @Nullable Object value, boolean used) {
        if (value != null && !used) {
            unused.add(name);
        }
    }

    private static <T> T or(@Nullable T wish, T usual) {
        return wish == null ? usual : wish;
    }
}
