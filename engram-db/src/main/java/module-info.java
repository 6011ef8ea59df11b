import org.jspecify.annotations.NullMarked;

/** Collections of records with durable writes and vector search, in one process. */
@NullMarked
module dev.engram.db {
    requires transitive dev.engram.index;
    requires com.fasterxml.jackson.core;
    requires java.logging;
    requires org.apache.lucene.analysis.common;
    requires org.apache.lucene.core;
    requires re2j;
    requires rocksdbjni;

    exports dev.engram.db;
}
