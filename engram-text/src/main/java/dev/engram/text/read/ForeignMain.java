package dev.engram.text.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * The process that reads foreign documents, one after the other, until nobody asks any more. It
 * ends with the process that started it, in the middle of a document, too.
 */
final class ForeignMain {

    private ForeignMain() {}

    /**
     * Answers questions.
     *
     * @param args the most characters of a text
     */
    public static void main(String[] args) throws IOException {
        Thread.ofPlatform().daemon().name("engram-parent").start(ForeignMain::endWithParent);
        ForeignParser parser = new ForeignParser(Integer.parseInt(args[0]));
        DataInputStream requests = new DataInputStream(System.in);
        DataOutputStream replies =
                new DataOutputStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        // What a library prints is no answer.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
        while (true) {
            Path file;
            try {
                file = Path.of(requests.readUTF());
            } catch (EOFException e) {
                return;
            }
            parser.read(file, requests.readUTF()).write(replies);
            replies.flush();
        }
    }

    private static void endWithParent() {
        ProcessHandle.current()
                .parent()
                .ifPresent(
                        parent -> {
                            parent.onExit().join();
                            Runtime.getRuntime().halt(0);
                        });
    }
}
