package dev.engram.text.read;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What the process that reads foreign documents is asked.
 *
 * <pre>
 *   1  'R' read, or 'P' parse
 *   R: path, type
 *   P: name of the grammar, count of bytes (4), text in UTF-16LE: its offsets stay what they are
 * </pre>
 */
sealed interface ForeignRequest {

    /**
     * To read a document.
     *
     * @param file an absolute path
     * @param type the end of its name, without the dot
     */
    record Read(Path file, String type) implements ForeignRequest {}

    /**
     * To parse source code.
     *
     * @param text all of it
     * @param grammar of its language
     */
    record Parse(String text, Grammar grammar) implements ForeignRequest {}

    /** Sends this. */
    default void write(DataOutputStream out) throws IOException {
        switch (this) {
            case Read(Path file, String type) -> {
                out.writeByte('R');
                out.writeUTF(file.toString());
                out.writeUTF(type);
            }
            case Parse(String text, Grammar grammar) -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
                out.writeByte('P');
                out.writeUTF(grammar.name());
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        }
        out.flush();
    }

    /** Takes in the rest of a request of that kind. */
    static ForeignRequest read(int kind, DataInputStream in) throws IOException {
        return switch (kind) {
            case 'R' -> new Read(Path.of(in.readUTF()), in.readUTF());
            case 'P' -> {
                Grammar grammar = Grammar.valueOf(in.readUTF());
                byte[] bytes = in.readNBytes(in.readInt());
                yield new Parse(new String(bytes, StandardCharsets.UTF_16LE), grammar);
            }
            default -> throw new IOException("a request that makes no sense");
        };
    }
}
