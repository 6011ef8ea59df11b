package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Database;
import dev.engram.db.Models;
import dev.engram.db.SnapshotInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps states of the whole data folder under names. */
@Command(
        name = "snapshot",
        mixinStandardHelpOptions = true,
        description = "Keep the state of all indexes under a name, and go back to it.",
        subcommands = {
            SnapshotCommand.Create.class,
            SnapshotCommand.ListAll.class,
            SnapshotCommand.Drop.class,
            SnapshotCommand.Restore.class
        },
        footerHeading = "%nTry:%n",
        footer = {
            "  engram snapshot create before-cleanup",
            "  engram snapshot restore before-cleanup --to ~/look-at-it"
        })
final class SnapshotCommand {

    /** Keeps the state of now. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Keep the state of now. Takes no time and, at first, no space.")
    static final class Create implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(paramLabel = "NAME", description = "Of the snapshot.")
        String name;

        @Override
        public Integer call() {
            try (Database database = common.openExisting(Models.NONE)) {
                SnapshotInfo made = database.snapshot(name);
                common.say("Snapshot '" + made.name() + "' is made.");
            }
            return Shell.DONE;
        }
    }

    /** Shows what is kept. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Show the snapshots there are, oldest first.")
    static final class ListAll implements Callable<Integer> {

        @Mixin Common common;

        @Option(names = "--format", description = "text or json (default: text).")
        Format format = Format.TEXT;

        @Override
        public Integer call() throws IOException {
            try (Database database = common.read(Models.NONE)) {
                List<SnapshotInfo> found = database.snapshots();
                switch (format) {
                    case TEXT -> text(found);
                    case JSON -> json(found);
                }
            }
            return Shell.DONE;
        }

        private void text(List<SnapshotInfo> found) {
            PrintWriter out = common.terminal().out();
            if (found.isEmpty()) {
                out.println("No snapshots of " + common.dataFolder() + " yet.");
            }
            for (SnapshotInfo info : found) {
                out.printf("%s  %s%n", info.created(), info.name());
            }
        }

        private void json(List<SnapshotInfo> found) throws IOException {
            PrintWriter writer = common.terminal().out();
            try (JsonGenerator out = Json.to(writer)) {
                out.writeStartObject();
                out.writeArrayFieldStart("snapshots");
                for (SnapshotInfo info : found) {
                    out.writeStartObject();
                    out.writeStringField("name", info.name());
                    out.writeStringField("created", info.created().toString());
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            writer.println();
        }
    }

    /** Keeps a state no longer. */
    @Command(
            name = "drop",
            mixinStandardHelpOptions = true,
            description = "Remove a snapshot. The indexes stay as they are.")
    static final class Drop implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(paramLabel = "NAME", description = "Of the snapshot.")
        String name;

        @Override
        public Integer call() {
            try (Database database = common.openExisting(Models.NONE)) {
                database.dropSnapshot(name);
                common.say("Snapshot '" + name + "' is removed.");
            }
            return Shell.DONE;
        }
    }

    /** Goes back to a state. */
    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description =
                    "Go back to a snapshot: all indexes become what they were. With --to a copy is"
                            + " made in another folder, and nothing changes here.")
    static final class Restore implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(paramLabel = "NAME", description = "Of the snapshot.")
        String name;

        @Option(
                names = "--to",
                paramLabel = "DIR",
                description = "Make a copy there; must be empty or missing.")
        @Nullable Path to;

        @Option(
                names = {"-f", "--force", "-y", "--yes"},
                description = "Do not ask.")
        boolean force;

        @Override
        public Integer call() {
            common.checkExists();
            if (to != null) {
                Database.restoreSnapshot(common.dataFolder(), name, common.resolve(to));
                common.say("Snapshot '" + name + "' is copied to " + to + ".");
                return Shell.DONE;
            }
            boolean agreed =
                    force
                            || Question.agreed(
                                    common,
                                    "Go back to '" + name + "' and lose all changes since?",
                                    "restore asks before it throws later changes away");
            if (!agreed) {
                common.say("Nothing was changed.");
                return Shell.FAILED;
            }
            Database.restoreSnapshot(common.dataFolder(), name);
            common.say("All indexes are as in '" + name + "' again.");
            return Shell.DONE;
        }
    }
}
