package dev.engram.text.read;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A text in the making that is taken out of its file, with the places it was taken from. */
final class Taken {

    /** As many as the largest file of plain text that is read has at most. */
    static final int CHARS_MAX = 64 << 20;

    private final int charsMax;
    private final StringBuilder text = new StringBuilder();
    private final List<Heading> headings = new ArrayList<>();
    private final IntStream.Builder lineOffsets = IntStream.builder();
    private final IntStream.Builder lines = IntStream.builder();
    private final IntStream.Builder pageOffsets = IntStream.builder();
    private final IntStream.Builder pages = IntStream.builder();
    private int line;
    private int page;

    /**
     * @param charsMax the most characters it may have
     */
    Taken(int charsMax) {
        this.charsMax = charsMax;
    }

    Taken() {
        this(CHARS_MAX);
    }

    /**
     * Adds to the end.
     *
     * @throws Unreadable where the text grows too long
     */
    Taken add(CharSequence more) throws Unreadable {
        if (text.length() + (long) more.length() > charsMax) {
            throw new Unreadable("more than " + (charsMax >> 20) + " million characters of text");
        }
        text.append(more);
        return this;
    }

    /**
     * Adds one line, with white space of all kinds as one space.
     *
     * @throws Unreadable where the text grows too long
     */
    void addFlat(String more) throws Unreadable {
        add(flat(more));
    }

    /** The words of a text in one line, one space between them. */
    static String flat(String words) {
        StringBuilder flat = new StringBuilder(words.length());
        boolean space = false;
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                space = !flat.isEmpty();
            } else {
                if (space) {
                    flat.append(' ');
                }
                space = false;
                flat.append(c);
            }
        }
        return flat.toString();
    }

    /** What is added next comes from that line of the file. */
    void atLine(int number) {
        if (number > line) {
            line = number;
            lineOffsets.add(text.length());
            lines.add(number);
        }
    }

    /** What is added next comes from that page of the file. */
    void atPage(int number) {
        if (number > page) {
            page = number;
            pageOffsets.add(text.length());
            pages.add(number);
        }
    }

    /** What was added since {@code start} is a heading. */
    void headingFrom(int start, int level) {
        String title = text.substring(start).replace('\n', ' ').strip();
        if (!title.isEmpty() && headings.size() < Heading.COUNT_MAX) {
            headings.add(new Heading(start, text.length(), level, title));
        }
    }

    int length() {
        return text.length();
    }

    String text() {
        return text.toString();
    }

    List<Heading> headings() {
        return headings;
    }

    /** Where the lines of the file begin to show; none at all where no line was ever named. */
    Lines lines() {
        return line == 0
                ? Lines.NONE
                : new Lines.OfMarks(lineOffsets.build().toArray(), lines.build().toArray());
    }

    Pages pages() {
        return new Pages(pageOffsets.build().toArray(), pages.build().toArray());
    }

    /** The document of what was added. To be called once, at the end. */
    Document document(Form form, @Nullable String title) {
        return new Document(text(), form, title, headings, lines(), pages());
    }
}
