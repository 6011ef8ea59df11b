package dev.engram.cli;

import dev.engram.db.MemoryBudget;
import dev.engram.error.EngramException;
import dev.engram.index.Codes;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Parses a command line, runs it, and turns whatever went wrong into a message and a status. */
final class Shell {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private final Terminal terminal;

    Shell(Terminal terminal) {
        this.terminal = terminal;
    }

    int run(String... args) {
        Logs.start(false);
        boolean json = asksForJson(args);
        CommandLine line = new CommandLine(new EngramCommand(), new Factory(terminal));
        line.setOut(terminal.out());
        line.setErr(terminal.err());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.registerConverter(Codes.class, new CodesName());
        line.registerConverter(MemoryBudget.class, new MemorySize());
        line.setParameterExceptionHandler((trouble, _) -> usage(trouble, json));
        line.setExecutionExceptionHandler((trouble, at, _) -> failed(trouble, at, json));
        int status = line.execute(args);
        terminal.out().flush();
        terminal.err().flush();
        return status;
    }

    private int usage(ParameterException trouble, boolean json) {
        CommandLine at = trouble.getCommandLine();
        Failure failure =
                new Failure(
                        "usage",
                        String.valueOf(trouble.getMessage()),
                        "see '" + at.getCommandSpec().qualifiedName() + " --help'");
        failure.print(terminal.err(), json);
        if (!json) {
            CommandLine.UnmatchedArgumentException.printSuggestions(trouble, terminal.err());
        }
        return USAGE;
    }

    private int failed(Exception trouble, CommandLine at, boolean json) throws Exception {
        String command = at.getCommandSpec().qualifiedName();
        if (trouble instanceof IllegalArgumentException wrong) {
            Failure.of(wrong, command).print(terminal.err(), json);
            return USAGE;
        }
        if (trouble instanceof EngramException world) {
            Failure.of(world, command).print(terminal.err(), json);
            return FAILED;
        }
        // Ours: let it show where it happened, so that it can be reported.
        throw trouble;
    }

    /** Errors must be JSON even where the command line itself cannot be parsed. */
    private static boolean asksForJson(String... args) {
        int at = Arrays.asList(args).indexOf("--format");
        boolean apart = at >= 0 && at + 1 < args.length && args[at + 1].equalsIgnoreCase("json");
        return apart || Arrays.asList(args).contains("--format=json");
    }

    /** Makes commands, giving those that want it the terminal. */
    private record Factory(Terminal terminal) implements CommandLine.IFactory {

        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type == Common.class) {
                return type.cast(new Common(terminal));
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
