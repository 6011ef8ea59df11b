package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.BackupInfo;
import dev.engram.db.Backups;
import dev.engram.db.Database;
import dev.engram.db.Models;
import dev.engram.error.NotFoundException;
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

/** Looks after backups of the whole data folder. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Back up all indexes to another folder, and bring them back.",
        subcommands = {
            BackupCommand.Create.class,
            BackupCommand.ListAll.class,
            BackupCommand.Verify.class,
            BackupCommand.Restore.class,
            BackupCommand.Delete.class
        },
        footerHeading = "%nTry:%n",
        footer = {
            "  engram backup create /media/disk/engram",
            "  engram backup restore /media/disk/engram --to ~/restored"
        })
final class BackupCommand {

    private static final String FOLDER = "The folder of the backups.";
    private static final String NEWEST = "Of the backup (default: the newest).";

    /** The id that was given, or that of the newest backup. */
    static String id(Backups backups, @Nullable String given) {
        if (given != null) {
            return given;
        }
        List<BackupInfo> all = backups.list();
        if (all.isEmpty()) {
            throw new NotFoundException("no backups in that folder");
        }
        return all.getLast().id();
    }

    static void write(JsonGenerator out, BackupInfo info) throws IOException {
        out.writeStringField("id", info.id());
        out.writeStringField("database", info.database());
        out.writeStringField("created", info.created().toString());
        out.writeNumberField("files", info.files());
        out.writeNumberField("bytes", info.bytes());
    }

    /** Adds a backup. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description =
                    "Back up the state of now. What an earlier backup has is not copied again.")
    static final class Create implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(paramLabel = "FOLDER", description = FOLDER)
        Path folder;

        @Option(
                names = "--snapshot",
                paramLabel = "NAME",
                description =
                        "Back up this snapshot; works beside a server that has the data open.")
        @Nullable String snapshot;

        @Option(names = "--format", description = "text or json (default: text).")
        Format format = Format.TEXT;

        @Override
        public Integer call() throws IOException {
            Backups.Made made = make();
            BackupInfo info = made.info();
            switch (format) {
                case TEXT ->
                        common.say(
                                "Backup %s: %s, of which %s are new."
                                        .formatted(
                                                info.id(),
                                                Figures.bytes(info.bytes()),
                                                Figures.bytes(made.addedBytes())));
                case JSON -> json(made);
            }
            return Shell.DONE;
        }

        private Backups.Made make() {
            Path target = common.resolve(folder);
            if (snapshot != null) {
                return Backups.in(target).addSnapshot(common.dataFolder(), snapshot);
            }
            try (Database database = common.openExisting(Models.NONE)) {
                return database.backup(target);
            }
        }

        private void json(Backups.Made made) throws IOException {
            PrintWriter writer = common.terminal().out();
            try (JsonGenerator out = Json.to(writer)) {
                out.writeStartObject();
                write(out, made.info());
                out.writeNumberField("added_bytes", made.addedBytes());
                out.writeEndObject();
            }
            writer.println();
        }
    }

    /** Shows the backups. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Show the backups in a folder, oldest first.")
    static final class ListAll implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(paramLabel = "FOLDER", description = FOLDER)
        Path folder;

        @Option(names = "--format", description = "text or json (default: text).")
        Format format = Format.TEXT;

        @Override
        public Integer call() throws IOException {
            List<BackupInfo> found = Backups.in(common.resolve(folder)).list();
            switch (format) {
                case TEXT -> text(found);
                case JSON -> json(found);
            }
            return Shell.DONE;
        }

        private void text(List<BackupInfo> found) {
            PrintWriter out = common.terminal().out();
            if (found.isEmpty()) {
                out.println("No backups in " + folder + " yet.");
            }
            for (BackupInfo info : found) {
                out.printf("%s  %s  %8s%n", info.id(), info.created(), Figures.bytes(info.bytes()));
            }
        }

        private void json(List<BackupInfo> found) throws IOException {
            PrintWriter writer = common.terminal().out();
            try (JsonGenerator out = Json.to(writer)) {
                out.writeStartObject();
                out.writeArrayFieldStart("backups");
                for (BackupInfo info : found) {
                    out.writeStartObject();
                    write(out, info);
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            writer.println();
        }
    }

    /** Reads a backup. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Read every byte of a backup; fails where one is not what it was.")
    static final class Verify implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(index = "0", paramLabel = "FOLDER", description = FOLDER)
        Path folder;

        @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = NEWEST)
        @Nullable String id;

        @Override
        public Integer call() {
            Backups backups = Backups.in(common.resolve(folder));
            BackupInfo info = backups.verify(id(backups, id));
            common.say(
                    "Backup %s is whole: %s in %s."
                            .formatted(
                                    info.id(),
                                    Figures.bytes(info.bytes()),
                                    Figures.count(info.files(), "file")));
            return Shell.DONE;
        }
    }

    /** Brings a backup back. */
    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description =
                    "Bring a backup back and read all of it. Without --to it becomes the data"
                            + " folder; where there are indexes already it takes their place, once"
                            + " you agreed.")
    static final class Restore implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(index = "0", paramLabel = "FOLDER", description = FOLDER)
        Path folder;

        @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = NEWEST)
        @Nullable String id;

        @Option(
                names = "--to",
                paramLabel = "DIR",
                description = "Where to; must be empty or missing.")
        @Nullable Path to;

        @Option(
                names = {"-f", "--force", "-y", "--yes"},
                description = "Do not ask.")
        boolean force;

        @Override
        public Integer call() {
            Backups backups = Backups.in(common.resolve(folder));
            String which = id(backups, id);
            Path target = to == null ? common.dataFolder() : common.resolve(to);
            if (to != null || !Database.exists(target)) {
                backups.restore(which, target);
            } else if (force || agreed(which)) {
                backups.replace(which, target);
            } else {
                common.say("Nothing was changed.");
                return Shell.FAILED;
            }
            common.say("Backup " + which + " is restored to " + target + ".");
            return Shell.DONE;
        }

        private boolean agreed(String which) {
            return Question.agreed(
                    common,
                    "Put backup " + which + " in the place of what is here?",
                    "restore asks before it puts a backup in the place of indexes");
        }
    }

    /** Deletes a backup. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a backup, and what no other backup needs.")
    static final class Delete implements Callable<Integer> {

        @Mixin Common common;

        @Parameters(index = "0", paramLabel = "FOLDER", description = FOLDER)
        Path folder;

        @Parameters(index = "1", paramLabel = "ID", description = "Of the backup.")
        String id;

        @Override
        public Integer call() {
            Backups.in(common.resolve(folder)).delete(id);
            common.say("Backup " + id + " is deleted.");
            return Shell.DONE;
        }
    }
}
