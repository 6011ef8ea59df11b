import org.jspecify.annotations.NullMarked;

/** The only code that touches segment files: map, append, sync, checksum, lock. */
@NullMarked
module dev.engram.storage {
    requires static transitive org.jspecify;

    exports dev.engram.error;
    exports dev.engram.storage;
}
