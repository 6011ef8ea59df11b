package dev.engram.error;

/** The caller may not do this. */
public final class DeniedException extends EngramException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what was wrong, what was expected, and what to do
     */
    public DeniedException(String message) {
        super(message, null);
    }

    /**
     * @param message what was wrong, what was expected, and what to do
     * @param cause what the world answered
     */
    public DeniedException(String message, Throwable cause) {
        super(message, cause);
    }
}
