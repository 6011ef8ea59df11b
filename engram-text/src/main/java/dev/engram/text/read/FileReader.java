package dev.engram.text.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads one file after the other into documents; files too large are refused unread. */
public final class FileReader {

    /** What pages are made into in memory is many times as large as their files. */
    private static final long HTML_BYTES_MAX = 16L << 20;

    private final long bytesMax;

    /**
     * @param bytesMax the largest file that is read
     */
    public FileReader(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** What came of a file. */
    public sealed interface Reading {

        /**
         * It was read.
         *
         * @param document what it says
         * @param bytes how large the file was
         */
        record Read(Document document, long bytes) implements Reading {}

        /**
         * It should have been read, and could not.
         *
         * @param reason in words for people
         */
        record Failed(String reason) implements Reading {}

        /** It is no text, and nobody said it was. */
        record Binary() implements Reading {}
    }

    /** Reads a file. */
    public Reading read(Source source) {
        Path file = source.file();
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        if (FileTypes.isUnreadDocument(name)) {
            String type = FileTypes.extension(name).toUpperCase(Locale.ROOT);
            return new Reading.Failed(type + " files are not read yet");
        }
        try {
            return read(source, FileTypes.form(name));
        } catch (Unreadable e) {
            return new Reading.Failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Reading.Failed(reason(e));
        }
    }

    private Reading read(Source source, @Nullable Form promised) throws IOException, Unreadable {
        try (InputStream in = Files.newInputStream(source.file())) {
            Form form = promised;
            byte[] head = in.readNBytes(Decoding.SNIFF_BYTES);
            if (form == null) {
                if (!Decoding.looksLikeText(head, head.length)) {
                    if (source.named()) {
                        throw new Unreadable("not text");
                    }
                    return new Reading.Binary();
                }
                form = Form.LINES;
            }
            byte[] bytes = whole(head, in, form == Form.HTML ? HTML_BYTES_MAX : bytesMax);
            return new Reading.Read(document(Decoding.decode(bytes, form), form), bytes.length);
        }
    }

    private byte[] whole(byte[] head, InputStream in, long htmlMax) throws IOException, Unreadable {
        long max = Math.min(Math.min(bytesMax, htmlMax), Integer.MAX_VALUE - 16);
        // Not what the folder says of its size: a file may grow while it is read.
        byte[] rest = in.readNBytes((int) Math.max(0, max - head.length + 1));
        if ((long) head.length + rest.length > max) {
            throw new Unreadable("larger than " + size(max));
        }
        byte[] bytes = Arrays.copyOf(head, head.length + rest.length);
        System.arraycopy(rest, 0, bytes, head.length, rest.length);
        return bytes;
    }

    /** The document of a text of that form. */
    static Document document(String text, Form form) throws Unreadable {
        return switch (form) {
            case MARKDOWN -> MarkdownReader.read(text);
            case HTML -> HtmlReader.read(text);
            case PROSE, LINES -> Document.plain(text, form);
        };
    }

    /** What a failure to read means, in words for people. */
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "vanished before it was read";
            default -> "cannot be read (" + e.getMessage() + ")";
        };
    }

    private static String size(long bytes) {
        return bytes >= 1 << 20 ? (bytes >> 20) + " MiB" : bytes + " bytes";
    }
}
