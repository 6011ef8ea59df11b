package dev.engram.error;

/**
 * Something outside is not usable now: a file that cannot be read, a store in use, a model missing.
 */
public final class UnavailableException extends EngramException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what was wrong, what was expected, and what to do
     */
    public UnavailableException(String message) {
        super(message, null);
    }

    /**
     * @param message what was wrong, what was expected, and what to do
     * @param cause what the world answered
     */
    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
