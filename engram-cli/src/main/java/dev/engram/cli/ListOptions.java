package dev.engram.cli;

import dev.engram.index.IndexSpec;
import dev.engram.index.Rotation;
import picocli.CommandLine.Option;

/** The settings of inverted lists. */
final class ListOptions {

    private static final IndexSpec.IvfPq USUAL = new IndexSpec.IvfPq();

    @Option(
            names = "--lists",
            paramLabel = "N",
            description = "Lists of ivf_pq; 0 for as many as suit (default: ${DEFAULT-VALUE}).")
    int lists = USUAL.lists();

    @Option(
            names = "--code-bytes",
            paramLabel = "N",
            description =
                    "Bytes of codes a vector of ivf_pq, an even number; 0 for as many as suit"
                            + " (default: ${DEFAULT-VALUE}).")
    int codeBytes = USUAL.codeBytes();

    @Option(
            names = "--assignments",
            paramLabel = "N",
            description = "Lists of ivf_pq a vector stands in, 1..4 (default: ${DEFAULT-VALUE}).")
    int assignments = USUAL.assignments();

    @Option(
            names = "--rotation",
            paramLabel = "KIND",
            description =
                    "What vectors of ivf_pq are turned by before they are coded: none or random"
                            + " (default: ${DEFAULT-VALUE}).")
    Rotation rotation = USUAL.rotation();

    IndexSpec spec(long seed) {
        return new IndexSpec.IvfPq(lists, codeBytes, assignments, rotation, seed);
    }

    /** Fails where one was given that does nothing. */
    void checkUnused() {
        if (!spec(USUAL.seed()).equals(USUAL)) {
            throw new IllegalArgumentException(
                    "--lists, --code-bytes, --assignments and --rotation are of inverted lists"
                            + " (expected: --index ivf_pq, or none of them)");
        }
    }
}
