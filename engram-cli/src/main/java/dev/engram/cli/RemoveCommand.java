package dev.engram.cli;

import dev.engram.db.Database;
import dev.engram.db.Models;
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
        try (Database database = common.openExisting(Models.NONE)) {
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
        return Question.agreed(
                common,
                "Remove '%s' with its %s?".formatted(name, Figures.count(records, "record")),
                "remove asks before it removes");
    }
}
