package dev.engram.cli;

import dev.engram.db.Database;
import dev.engram.db.Embedder;
import dev.engram.db.MemoryBudget;
import dev.engram.db.Models;
import dev.engram.error.NotFoundException;
import dev.engram.text.EmbeddingModels;
import dev.engram.text.ModelSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands have in common: where the data lives, how much is said. */
final class Common {

    private static final String DATA_VARIABLE = "ENGRAM_DATA";
    private static final String DATA_DEFAULT = ".engram";

    private final Terminal terminal;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where indexes are kept (default: ENGRAM_DATA, else ./.engram).")
    @Nullable Path data;

    @Option(
            names = "--memory-budget",
            paramLabel = "SIZE",
            description =
                    "Memory for records, indexes and vectors that are not in files yet, such as"
                            + " 512MB or 4GB (default: as much as the Java heap may take).")
    MemoryBudget memory = MemoryBudget.DEFAULT;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say nothing but the answer.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "Say more.")
    boolean verbose;

    Common(Terminal terminal) {
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    Path dataFolder() {
        if (data != null) {
            return terminal.folder().resolve(data);
        }
        String named = terminal.environment().getOrDefault(DATA_VARIABLE, "");
        return terminal.folder().resolve(named.isBlank() ? DATA_DEFAULT : named);
    }

    /** The models there are, by the environment. */
    EmbeddingModels models() {
        return EmbeddingModels.of(ModelSettings.of(terminal.environment()));
    }

    /** The name of a model; of one in a folder, from where the user stands. */
    String model(String name) {
        if (!name.startsWith(".") && !name.startsWith("~") && name.indexOf(':') > 1) {
            return name;
        }
        Path path =
                name.startsWith("~/")
                        ? Path.of(System.getProperty("user.home"), name.substring(2))
                        : resolve(Path.of(name));
        boolean there = Files.isDirectory(path) || Files.isRegularFile(path);
        boolean spelt = name.startsWith(".") || name.startsWith("~/");
        return there || spelt ? path.toAbsolutePath().normalize().toString() : name;
    }

    /** Path of a file as the user wrote it, from where the user stands. */
    Path resolve(Path path) {
        return terminal.folder().resolve(path);
    }

    Database open(Models models) {
        return Database.open(dataFolder(), models, memory);
    }

    /** Opens what is there for writing. */
    Database openExisting(Models models) {
        checkExists();
        return open(models);
    }

    /**
     * Makes sure that there is something. To open it for writing would make an empty database, only
     * to find nothing in it.
     *
     * @throws dev.engram.error.NotFoundException where there is nothing
     */
    void checkExists() {
        if (!Database.exists(dataFolder())) {
            read(Models.NONE).close();
        }
    }

    /**
     * Opens what is there for reading.
     *
     * @param moved the model to be used in the place of any other; null for none
     */
    Database read(Models models, @Nullable String moved) {
        if (moved == null) {
            return read(models);
        }
        String name = model(moved);
        return read(
                new Models() {
                    @Override
                    public Embedder embedder(String ignored) {
                        return models.embedder(name);
                    }

                    @Override
                    public Embedder fitted(String kind, byte[] state) {
                        return models.fitted(kind, state);
                    }
                });
    }

    /** Opens what is there for reading; says how to begin where there is nothing yet. */
    Database read(Models models) {
        if (!Database.exists(dataFolder())) {
            throw new NotFoundException(
                    "no indexes in "
                            + dataFolder()
                            + " yet; make one with 'engram build NAME --input PATH'");
        }
        return Database.openReadOnly(dataFolder(), models, memory);
    }

    /** Tells of something that is not as it should be, also those who asked for quiet. */
    void warn(String text) {
        terminal.err().println(text);
    }

    /** Tells what came of it, except to those who asked for quiet. */
    void say(String text) {
        if (!quiet) {
            terminal.out().println(text);
        }
    }
}
