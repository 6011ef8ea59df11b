package dev.engram.error;

/** A named thing does not exist. */
public final class NotFoundException extends EngramException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what was wrong, what was expected, and what to do
     */
    public NotFoundException(String message) {
        super(message, null);
    }

    /**
     * @param message what was wrong, what was expected, and what to do
     * @param cause what the world answered
     */
    public NotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
