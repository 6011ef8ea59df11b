import org.jspecify.annotations.NullMarked;

/** Builds and searches immutable vector indexes, whether or not the vectors were kept. */
@NullMarked
module dev.engram.index {
    requires transitive dev.engram.storage;
    requires static jdk.incubator.vector;

    exports dev.engram.index;
}
