import org.jspecify.annotations.NullMarked;

/** Measures engram's parts against each other and against its peers; never shipped. */
@NullMarked
module dev.engram.bench {
    requires dev.engram.cli;
    requires dev.engram.db;
    requires dev.engram.index;
    requires dev.engram.text;
    requires hnswlib.core;
    requires java.management;
    requires jvector;
    requires org.apache.lucene.core;
    requires jmh.core;
    requires static org.jspecify;
}
