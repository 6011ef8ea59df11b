package dev.engram.error;

/** A bound was reached: disk space, memory, a configured limit. */
public final class LimitExceededException extends EngramException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what was wrong, what was expected, and what to do
     */
    public LimitExceededException(String message) {
        super(message, null);
    }

    /**
     * @param message what was wrong, what was expected, and what to do
     * @param cause what the world answered
     */
    public LimitExceededException(String message, Throwable cause) {
        super(message, cause);
    }
}
