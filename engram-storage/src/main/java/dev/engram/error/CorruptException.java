package dev.engram.error;

/** Stored bytes are not what was written: names the file, the place and both values. */
public final class CorruptException extends EngramException {

    private static final long serialVersionUID = 1L;

    private final String file;

    /**
     * @param file the damaged file, as its storage names it
     * @param offset where in the file, in bytes
     * @param what the value found and the value expected
     */
    public CorruptException(String file, long offset, String what) {
        super("corrupt file " + file + " at byte " + offset + ": " + what, null);
        this.file = file;
    }

    /**
     * @param file the damaged file or folder
     * @param what what is wrong with it
     * @param cause what the reader of that file said
     */
    public CorruptException(String file, String what, Throwable cause) {
        super("corrupt file " + file + ": " + what, cause);
        this.file = file;
    }

    /** The damaged file, as its storage names it. */
    public String file() {
        return file;
    }
}
