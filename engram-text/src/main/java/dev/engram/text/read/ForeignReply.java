package dev.engram.text.read;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the process that reads foreign documents answers. Whoever reads an answer believes nothing
 * of it: a hostile document may have written it.
 *
 * <pre>
 *   1  'R' read, or 'F' failed
 *   R: text · lines (1 byte: whether words stand in lines) · title ('' where none)
 *      · count, then start, end, level of each heading · count, then offset, number of each page
 *   F: reason
 *   a text is its count of bytes (4), then UTF-8
 * </pre>
 */
sealed interface ForeignReply {

    /**
     * It was read.
     *
     * @param document what it says
     */
    record Read(Document document) implements ForeignReply {}

    /**
     * It was not.
     *
     * @param reason in words for people
     */
    record Failed(String reason) implements ForeignReply {}

    /** Characters of a reason or title; longer ones end there. */
    int WORDS_MAX = 500;

    int COUNT_MAX = 1_000_000;

    /** Sends this. */
    default void write(DataOutputStream out) throws IOException {
        switch (this) {
            case Failed(String reason) -> {
                out.writeByte('F');
                text(out, reason.substring(0, Math.min(WORDS_MAX, reason.length())));
            }
            case Read(Document document) -> {
                out.writeByte('R');
                text(out, document.text());
                out.writeBoolean(document.form() == Form.LINES);
                String title = document.title() == null ? "" : document.title();
                text(out, title.substring(0, Math.min(WORDS_MAX, title.length())));
                out.writeInt(document.headings().size());
                for (Heading heading : document.headings()) {
                    out.writeInt(heading.start());
                    out.writeInt(heading.end());
                    out.writeInt(heading.level());
                }
                int pages = Math.min(COUNT_MAX, document.pages().offsets().length);
                out.writeInt(pages);
                for (int i = 0; i < pages; i++) {
                    out.writeInt(document.pages().offsets()[i]);
                    out.writeInt(document.pages().numbers()[i]);
                }
            }
        }
    }

    /**
     * Takes an answer in.
     *
     * @throws IOException where it ends early or makes no sense
     */
    static ForeignReply read(DataInputStream in, int charsMax) throws IOException {
        return switch (in.readByte()) {
            case 'F' -> new Failed(text(in, WORDS_MAX));
            case 'R' -> new Read(document(in, charsMax));
            default -> throw senseless();
        };
    }

    private static Document document(DataInputStream in, int charsMax) throws IOException {
        String text = text(in, charsMax);
        Form form = in.readBoolean() ? Form.LINES : Form.PROSE;
        String title = text(in, WORDS_MAX).strip();
        List<Heading> headings = headings(in, text);
        Pages pages = pages(in, text.length());
        @Nullable String known = title.isEmpty() ? null : title;
        return new Document(text, form, known, headings, Lines.NONE, pages);
    }

    private static List<Heading> headings(DataInputStream in, String text) throws IOException {
        List<Heading> headings = new ArrayList<>();
        int count = count(in, Heading.COUNT_MAX);
        int last = 0;
        for (int i = 0; i < count; i++) {
            int start = in.readInt();
            int end = in.readInt();
            int level = in.readInt();
            if (start < last || end <= start || end > text.length() || level < 1) {
                throw senseless();
            }
            String title = text.substring(start, end).replace('\n', ' ').strip();
            headings.add(new Heading(start, end, level, title));
            last = end;
        }
        return headings;
    }

    private static Pages pages(DataInputStream in, int length) throws IOException {
        int count = count(in, COUNT_MAX);
        int[] offsets = new int[count];
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = in.readInt();
            numbers[i] = in.readInt();
            boolean ascends = i == 0 ? offsets[i] >= 0 : offsets[i] >= offsets[i - 1];
            if (!ascends || offsets[i] > length || numbers[i] < 1) {
                throw senseless();
            }
        }
        return new Pages(offsets, numbers);
    }

    private static int count(DataInputStream in, int max) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > max) {
            throw senseless();
        }
        return count;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in, int charsMax) throws IOException {
        int count = count(in, Math.multiplyExact(3, charsMax));
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw senseless();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static IOException senseless() {
        return new IOException("an answer that makes no sense");
    }
}
