import org.jspecify.annotations.NullMarked;

/** Turns documents into passages, and passages into vectors. */
@NullMarked
module dev.engram.text {
    requires transitive dev.engram.db;
    requires ai.djl.tokenizers;
    requires com.fasterxml.jackson.core;
    requires com.microsoft.onnxruntime;
    requires java.net.http;
    requires org.jsoup;

    exports dev.engram.text;
}
