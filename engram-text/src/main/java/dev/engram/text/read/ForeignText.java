package dev.engram.text.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Makes a text of the XHTML that Tika makes of a document: blocks become paragraphs, rows lines,
 * cells are set off by tabs; pages, slides and headings are marked.
 */
final class ForeignText extends DefaultHandler {

    private static final Set<String> UNSEEN = Set.of("head", "script", "style");
    private static final Set<String> PARAGRAPHS =
            Set.of("p", "div", "ul", "ol", "dl", "table", "blockquote", "pre", "section", "hr");
    private static final Set<String> LINES = Set.of("li", "tr", "br", "dt", "dd", "caption");
    private static final Set<String> CELLS = Set.of("td", "th");
    private static final int PARAGRAPH = 2;

    private final int charsMax;
    private final boolean collapsed;
    private final StringBuilder out = new StringBuilder();
    private final List<Heading> headings = new ArrayList<>();
    private final List<int[]> pages = new ArrayList<>();
    private int unseen;
    private int breaks;
    private String gap = "";
    private int page;
    private int headingLevel;
    private int headingStart = -1;
    private int cells;
    private @Nullable Metadata letter;

    /**
     * @param charsMax the most characters
     * @param collapsed whether white space of any length means one space
     */
    ForeignText(int charsMax, boolean collapsed) {
        this.charsMax = charsMax;
        this.collapsed = collapsed;
    }

    /** What comes next is a letter: its head is written before its first words. */
    void beginLetter(Metadata head) throws WriteLimitReachedException {
        endLetter();
        letter = head;
    }

    /** Writes the head of a letter that had no words. */
    void endLetter() throws WriteLimitReachedException {
        if (letter != null) {
            breaks = out.isEmpty() ? 0 : PARAGRAPH;
            head();
        }
    }

    /** The document of what was written. */
    Document document(Form form, @Nullable String title) {
        int[] offsets = pages.stream().mapToInt(mark -> mark[0]).toArray();
        int[] numbers = pages.stream().mapToInt(mark -> mark[1]).toArray();
        return new Document(
                out.toString(), form, title, headings, Lines.NONE, new Pages(offsets, numbers));
    }

    @Override
    public void startElement(String uri, String name, String qualified, Attributes attributes) {
        if (unseen > 0 || UNSEEN.contains(name)) {
            unseen++;
            return;
        }
        separate(name);
        if (CELLS.contains(name)) {
            cells++;
        }
        String kind = attributes.getValue("class");
        if (name.equals("div") && ("page".equals(kind) || "slide-content".equals(kind))) {
            page++;
        }
        if (headingLevel == 0 && level(name) > 0) {
            headingLevel = level(name);
            headingStart = -1;
        }
    }

    @Override
    public void endElement(String uri, String name, String qualified) {
        if (unseen > 0) {
            unseen--;
            return;
        }
        if (headingLevel > 0 && level(name) == headingLevel) {
            if (headingStart >= 0) {
                heading(headingStart, headingLevel);
            }
            headingLevel = 0;
        }
        if (CELLS.contains(name)) {
            cells--;
        }
        separate(name);
    }

    private void separate(String name) {
        if (CELLS.contains(name)) {
            gap = "\t";
        } else if (cells > 0) {
            gap = gap.isEmpty() ? " " : gap;
        } else if (LINES.contains(name)) {
            breaks = Math.max(breaks, 1);
        } else if (PARAGRAPHS.contains(name) || level(name) > 0) {
            breaks = PARAGRAPH;
        }
    }

    private static int level(String name) {
        boolean heading =
                name.length() == 2
                        && name.charAt(0) == 'h'
                        && name.charAt(1) >= '1'
                        && name.charAt(1) <= '6';
        return heading ? name.charAt(1) - '0' : 0;
    }

    @Override
    public void characters(char[] chars, int start, int length) throws WriteLimitReachedException {
        if (unseen > 0) {
            return;
        }
        int newlines = 0;
        for (int i = start; i < start + length; i++) {
            char c = chars[i];
            if (c == '\n' && !collapsed && cells == 0) {
                newlines++;
                breaks = Math.max(breaks, Math.min(newlines, PARAGRAPH));
            } else if (c <= ' ') {
                gap = gap.isEmpty() ? " " : gap;
            } else {
                newlines = 0;
                put(c);
            }
        }
    }

    /** Where Tika ends a line of its own accord, the document does. */
    @Override
    public void ignorableWhitespace(char[] chars, int start, int length) {
        for (int i = start; i < start + length && unseen == 0 && !collapsed; i++) {
            if (chars[i] == '\n' && cells == 0) {
                breaks = Math.max(breaks, 1);
            } else {
                gap = gap.isEmpty() ? " " : gap;
            }
        }
    }

    private void put(char c) throws WriteLimitReachedException {
        if (letter != null) {
            breaks = out.isEmpty() ? 0 : PARAGRAPH;
            head();
            breaks = PARAGRAPH;
        }
        if (!out.isEmpty()) {
            if (breaks > 0) {
                out.repeat('\n', breaks);
            } else {
                out.append(gap);
            }
        }
        breaks = 0;
        gap = "";
        if (page > 0 && (pages.isEmpty() || pages.getLast()[1] < page)) {
            pages.add(new int[] {out.length(), page});
        }
        if (headingLevel > 0 && headingStart < 0) {
            headingStart = out.length();
        }
        out.append(c);
        if (out.length() > charsMax) {
            throw new WriteLimitReachedException(charsMax);
        }
    }

    /** The subject of a letter is a heading; who wrote it, to whom and when, a paragraph. */
    private void head() throws WriteLimitReachedException {
        Metadata head = letter;
        letter = null;
        if (head == null) {
            return;
        }
        String subject = head.get(TikaCoreProperties.TITLE);
        if (subject == null) {
            subject = head.get(TikaCoreProperties.SUBJECT);
        }
        if (subject != null && !subject.isBlank()) {
            int start = line("", subject);
            heading(start, 1);
        }
        breaks = out.isEmpty() ? 0 : PARAGRAPH;
        for (String name : List.of("From", "To", "Cc")) {
            String[] values = head.getValues("Message-" + name);
            if (values.length > 0) {
                line(name + ": ", String.join(", ", Arrays.asList(values)));
                breaks = 1;
            }
        }
        String date = head.get(TikaCoreProperties.CREATED);
        if (date != null) {
            line("Date: ", date);
        }
    }

    /** Writes a line, and tells where it began. */
    private int line(String label, String words) throws WriteLimitReachedException {
        int start = -1;
        String line = label + words.strip();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c <= ' ') {
                gap = " ";
                continue;
            }
            put(c);
            start = start < 0 ? out.length() - 1 : start;
        }
        return start;
    }

    private void heading(int start, int level) {
        if (headings.size() < Heading.COUNT_MAX) {
            String title = out.substring(start).replace('\n', ' ').strip();
            headings.add(new Heading(start, out.length(), level, title));
        }
    }
}
