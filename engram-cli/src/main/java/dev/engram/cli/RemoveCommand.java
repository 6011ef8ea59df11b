package dev.engram.cli;

import dev.engram.db.Database;
import dev.engram.db.Models;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes an index. */
@Command(
        name = "remove",
        aliases = "rm",
        mixinStandardHelpOptions = true,
        description = "Remove an index and all that is in it.")
final class RemoveCommand implements Callable<Integer> {

    @Mixin Common common;

    @Parameters(paramLabel = "NAME", description = "The index.")
    String name;

    @Option(
            names = {"-f", "--force", "-y", "--yes"},
            description = "Do not ask.")
    boolean force;

    @Override
    public Integer call() {
        if (!Database.exists(common.dataFolder())) {
            // Opening for writing would make an empty database only to find nothing in it.
            common.read(Models.NONE).close();
        }
        try (Database database = common.open(Models.NONE)) {
            long records = database.collection(name).info().records();
            if (!force && !agreed(records)) {
                common.say("Nothing was removed.");
                return Shell.FAILED;
            }
            database.drop(name);
            common.say("Removed '" + name + "' (" + Figures.count(records, "record") + ").");
        }
        return Shell.DONE;
    }

    private boolean agreed(long records) {
        if (!common.terminal().interactive()) {
            throw new IllegalArgumentException(
                    "remove asks before it removes, and nobody is there to answer (expected: -f to"
                            + " remove without asking)");
        }
        String answer =
                Objects.requireNonNull(System.console())
                        .readLine(
                                "Remove '%s' with its %s? [y/N] ",
                                name, Figures.count(records, "record"));
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }
}
