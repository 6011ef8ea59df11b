package dev.engram.cli;

import dev.engram.db.CollectionInfo;
import dev.engram.db.Database;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One index by name, or all there are. */
final class Chosen {

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The index.")
    @Nullable String name;

    @Option(names = "--all", description = "All indexes there are.")
    boolean all;

    void check() {
        if (all == (name != null)) {
            throw new IllegalArgumentException("which index? (expected: NAME, or --all)");
        }
    }

    /** Their names. */
    List<String> names(Database database) {
        if (name != null) {
            return List.of(database.collection(name).name());
        }
        return database.collections().stream().map(CollectionInfo::name).toList();
    }
}
