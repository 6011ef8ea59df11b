package dev.engram.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Where log lines go: to stderr, one line each, and few of them. */
final class Logs {

    /** Held here: the log manager forgets loggers that nobody holds. */
    private static final Logger OURS = Logger.getLogger("dev.engram");

    /** Warns of every attribute that another program wrote in another way. */
    private static final Logger HDF = Logger.getLogger("io.jhdf");

    private Logs() {}

    /** Warnings of everybody; with {@code verbose} what engram tells of its work, and stacks. */
    static void start(boolean verbose) {
        LogManager.getLogManager().reset();
        ConsoleHandler handler = new ConsoleHandler();
        handler.setFormatter(new Line(verbose));
        handler.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(handler);
        HDF.setLevel(Level.SEVERE);
        OURS.setLevel(verbose ? Level.FINE : Level.WARNING);
    }

    /** Time, level, message, and why; where it happened only for those who asked. */
    private static final class Line extends Formatter {

        private final boolean verbose;

        Line(boolean verbose) {
            this.verbose = verbose;
        }

        @Override
        public String format(LogRecord record) {
            StringBuilder line = new StringBuilder();
            line.append(record.getInstant()).append(' ').append(record.getLevel()).append(' ');
            line.append(formatMessage(record));
            Throwable why = record.getThrown();
            if (why != null) {
                line.append(": ").append(why.getMessage());
            }
            line.append(System.lineSeparator());
            if (why != null && verbose) {
                StringWriter stack = new StringWriter();
                why.printStackTrace(new PrintWriter(stack));
                line.append(stack);
            }
            return line.toString();
        }
    }
}
