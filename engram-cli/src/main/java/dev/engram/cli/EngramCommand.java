package dev.engram.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/** The command above all others. */
@Command(
        name = "engram",
        mixinStandardHelpOptions = true,
        versionProvider = EngramCommand.Version.class,
        description = "Searches your documents by meaning, on this machine, without a service.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nTry:%n",
        footer = {
            "  engram build notes --input ~/notes",
            "  engram search notes \"what did we decide about backups?\"",
            "",
            "Indexes are kept in ./.engram, or where --data or ENGRAM_DATA says."
        },
        subcommands = {
            BuildCommand.class,
            SearchCommand.class,
            ListCommand.class,
            InfoCommand.class,
            AlterCommand.class,
            VerifyCommand.class,
            RepairCommand.class,
            RemoveCommand.class,
            SnapshotCommand.class,
            BackupCommand.class,
            ServeCommand.class,
            ModelCommand.class,
            BenchCommand.class,
            GenerateCompletion.class,
            HelpCommand.class
        })
final class EngramCommand {

    /** Reads the version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"engram " + Versions.current()};
        }
    }
}
