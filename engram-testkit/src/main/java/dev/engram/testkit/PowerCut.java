package dev.engram.testkit;

/**
 * What every operation of a {@link FaultyStorage} ends with once its power is gone. An error, so
 * that no code under test takes it for an answer of the disk and goes on.
 */
public final class PowerCut extends Error {

    private static final long serialVersionUID = 1L;

    PowerCut(String where) {
        super("power cut at " + where);
    }
}
