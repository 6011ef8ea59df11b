import org.jspecify.annotations.NullMarked;

/** Measures engram's parts against each other and against its peers; never shipped. */
@NullMarked
module dev.engram.bench {
    requires dev.engram.index;
    requires java.management;
    requires jmh.core;
    requires static org.jspecify;
}
