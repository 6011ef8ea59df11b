package dev.engram.error;

/** What is asked for contradicts what is stored: a name taken, another model, a newer version. */
public final class ConflictException extends EngramException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what was wrong, what was expected, and what to do
     */
    public ConflictException(String message) {
        super(message, null);
    }

    /**
     * @param message what was wrong, what was expected, and what to do
     * @param cause what the world answered
     */
    public ConflictException(String message, Throwable cause) {
        super(message, cause);
    }
}
