package dev.engram.testkit;

/** Where a {@link FaultyStorage} can be made to fail; some operations are two of these at once. */
public enum StoragePoint {
    /** A file is created. */
    CREATE,
    /** Bytes are appended; half of them are, when it fails. */
    WRITE,
    /** A file or a folder is synced. */
    SYNC,
    /** A file takes the place of another. */
    REPLACE,
    /** A file, or a whole folder, is deleted. */
    DELETE,
    /** A file is mapped. */
    MAP,
    /** Bytes of a file are read at a place. */
    READ,
    /** Something becomes durable: a sync or a replace. */
    DURABLE,
    /** Anything changes: all of these but a mapping and a read. */
    CHANGE
}
