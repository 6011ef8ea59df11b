import org.jspecify.annotations.NullMarked;

/** Turns documents into passages, and passages into vectors. */
@NullMarked
module dev.engram.text {
    requires transitive dev.engram.db;
    requires java.xml;
    requires ai.djl.tokenizers;
    requires com.fasterxml.jackson.core;
    requires com.microsoft.onnxruntime;
    requires org.apache.commons.csv;
    requires org.apache.tika.core;
    requires org.apache.tika.parser.html;
    requires org.apache.tika.parser.mail;
    requires org.apache.tika.parser.microsoft;
    requires org.apache.tika.parser.miscoffice;
    requires org.apache.tika.parser.pdf;
    requires org.apache.tika.parser.txt;
    requires org.jsoup;

    exports dev.engram.text;
}
