package dev.engram.text.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads one file after the other into documents; files too large are refused unread. */
public final class FileReader implements AutoCloseable {

    /** What pages are made into in memory is many times as large as their files. */
    private static final long HTML_BYTES_MAX = 16L << 20;

    private final long bytesMax;
    private final ForeignReader foreign;

    /**
     * @param bytesMax the largest file that is read
     */
    public FileReader(long bytesMax) {
        this(bytesMax, ForeignLimits.DEFAULT);
    }

    FileReader(long bytesMax, ForeignLimits limits) {
        this.bytesMax = bytesMax;
        foreign = new ForeignReader(limits);
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
            Format format = FileTypes.format(name);
            return format == Format.FOREIGN
                    ? foreign(file, FileTypes.extension(name))
                    : read(source, format);
        } catch (Unreadable e) {
            return new Reading.Failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Reading.Failed(reason(e));
        }
    }

    private Reading foreign(Path file, String type) throws IOException, Unreadable {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new Unreadable("not a file any more");
        }
        if (attributes.size() > bytesMax) {
            throw new Unreadable("larger than " + size(bytesMax));
        }
        return new Reading.Read(foreign.read(file, type), attributes.size());
    }

    private Reading read(Source source, @Nullable Format promised) throws IOException, Unreadable {
        try (InputStream in = Files.newInputStream(source.file())) {
            Format format = promised;
            byte[] head = in.readNBytes(Decoding.SNIFF_BYTES);
            if (format == null) {
                if (!Decoding.looksLikeText(head, head.length)) {
                    if (source.named()) {
                        throw new Unreadable("not text");
                    }
                    return new Reading.Binary();
                }
                format = Format.LINES;
            }
            byte[] bytes = whole(head, in, format == Format.HTML ? HTML_BYTES_MAX : bytesMax);
            return new Reading.Read(document(Decoding.decode(bytes, format), format), bytes.length);
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

    /** The document of a text in that format. */
    static Document document(String text, Format format) throws Unreadable {
        return switch (format) {
            case MARKDOWN -> MarkdownReader.read(text);
            case HTML -> HtmlReader.read(text);
            case CSV -> TableReader.readCsv(text);
            case TSV -> TableReader.readTsv(text);
            case JSON -> JsonReader.read(text);
            case JSON_LINES -> JsonReader.readLines(text);
            case XML -> XmlReader.read(text);
            case NOTEBOOK -> NotebookReader.read(text);
            case PROSE -> Document.plain(text, Form.PROSE);
            case LINES -> Document.plain(text, Form.LINES);
            case FOREIGN -> throw new AssertionError("not a text");
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

    /** Ends the process that reads foreign documents, where one was started. */
    @Override
    public void close() {
        foreign.close();
    }

    private static String size(long bytes) {
        return bytes >= 1 << 20 ? (bytes >> 20) + " MiB" : bytes + " bytes";
    }
}
