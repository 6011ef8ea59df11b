package dev.engram.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Where log lines go: to stderr, one line each, and few of them. */
final class Logs {

    private static final String FORMAT_KEY = "java.util.logging.SimpleFormatter.format";
    private static final String FORMAT = "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n";

    /** Held here: the log manager forgets loggers that nobody holds. */
    private static final Logger OURS = Logger.getLogger("dev.engram");

    /** Warns of every attribute that another program wrote in another way. */
    private static final Logger HDF = Logger.getLogger("io.jhdf");

    private Logs() {}

    /** Warnings of everybody; with {@code verbose} also what engram tells of its work. */
    static void quiet(boolean verbose) {
        System.setProperty(FORMAT_KEY, FORMAT);
        LogManager.getLogManager().reset();
        ConsoleHandler handler = new ConsoleHandler();
        handler.setFormatter(new SimpleFormatter());
        handler.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(handler);
        HDF.setLevel(Level.SEVERE);
        OURS.setLevel(verbose ? Level.FINE : Level.WARNING);
    }
}
