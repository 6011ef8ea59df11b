package dev.engram.text.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * The process that reads foreign documents and parses source code, one after the other, until
 * nobody asks any more. It ends with the process that started it, in the middle of a document, too.
 */
final class ForeignMain {

    private ForeignMain() {}

    /**
     * Answers questions.
     *
     * @param args the most characters of a text, and the folder for temporary files
     */
    public static void main(String[] args) throws IOException {
        Path scratch = Path.of(args[1]);
        Thread.ofPlatform().daemon().name("engram-parent").start(() -> endWithParent(scratch));
        ForeignParser parser = new ForeignParser(Integer.parseInt(args[0]));
        SyntaxParser syntaxes = new SyntaxParser();
        DataInputStream requests = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream replies =
                new DataOutputStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        // What a library prints is no answer.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
        while (true) {
            int kind = requests.read();
            if (kind < 0) {
                ForeignReader.delete(scratch);
                return;
            }
            ForeignReply reply =
                    switch (ForeignRequest.read(kind, requests)) {
                        case ForeignRequest.Read(Path file, String type) -> parser.read(file, type);
                        case ForeignRequest.Parse(String text, Grammar grammar) ->
                                syntaxes.parse(text, grammar);
                    };
            reply.write(replies);
            replies.flush();
        }
    }

    /** Who was killed could not remove what was its own. */
    private static void endWithParent(Path scratch) {
        ProcessHandle.current()
                .parent()
                .ifPresent(
                        parent -> {
                            parent.onExit().join();
                            ForeignReader.delete(scratch);
                            Runtime.getRuntime().halt(0);
                        });
    }
}
