package dev.engram.text.read;

/** A file that cannot be read as text: it is named in the report, and the others go on. */
final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param reason in words for people
     */
    Unreadable(String reason) {
        super(reason);
    }

    /**
     * @param reason in words for people
     */
    Unreadable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
