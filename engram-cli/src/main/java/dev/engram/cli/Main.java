package dev.engram.cli;

/** The {@code engram} command. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the process: 0 done, 1 failed, 2 usage. */
    public static void main(String[] args) {
        System.exit(new Shell(Terminal.system()).run(args));
    }
}
