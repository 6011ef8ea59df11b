package dev.engram.text.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.Range;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;

/**
 * Takes from a web page what people see of it: blocks become paragraphs, runs of white space one
 * space, except where it is preformatted. Every line of the page that shows in the text is marked
 * at the place where it begins to show.
 */
final class HtmlReader implements NodeFilter {

    private static final Set<String> UNSEEN =
            Set.of("head", "script", "style", "noscript", "template", "svg", "iframe", "object");
    private static final Set<String> LINES =
            Set.of("li", "tr", "dt", "dd", "br", "option", "caption", "figcaption", "summary");
    private static final Set<String> CELLS = Set.of("td", "th");
    private static final Set<String> PREFORMATTED = Set.of("pre", "textarea");
    private static final int PARAGRAPH = 2;

    /** The parser's tree takes nearly 1 KB for each: 250 MB at most. */
    private static final int TAGS_MAX = 250_000;

    private final StringBuilder out = new StringBuilder();
    private final IntStream.Builder offsets = IntStream.builder();
    private final IntStream.Builder lines = IntStream.builder();
    private final List<Heading> headings = new ArrayList<>();
    private int lineLast = 1;
    private int breaks;
    private boolean space;
    private int preformatted;
    private int headingLevel;
    private int headingStart = -1;

    private HtmlReader() {}

    /**
     * Reads a page.
     *
     * @throws Unreadable where its tree would not fit into memory
     */
    static Document read(String html) throws Unreadable {
        if (html.chars().filter(c -> c == '<').count() > TAGS_MAX) {
            throw new Unreadable("a web page of more than " + TAGS_MAX + " tags");
        }
        var parser = Parser.htmlParser().setTrackPosition(true);
        var page = Jsoup.parse(html, "", parser);
        HtmlReader reader = new HtmlReader();
        page.filter(reader);
        String title = page.title().strip();
        if (title.isEmpty() && !reader.headings.isEmpty()) {
            title = reader.headings.getFirst().title();
        }
        return new Document(
                reader.out.toString(),
                Form.HTML,
                title.isEmpty() ? null : title,
                reader.headings,
                new Lines.OfMarks(
                        reader.offsets.build().toArray(), reader.lines.build().toArray()));
    }

    @Override
    public FilterResult head(Node node, int depth) {
        switch (node) {
            case TextNode text -> text(text);
            case Element element -> {
                if (UNSEEN.contains(element.normalName())) {
                    return FilterResult.SKIP_ENTIRELY;
                }
                open(element);
            }
            default -> {}
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element) {
            close(element);
        }
        return FilterResult.CONTINUE;
    }

    private void open(Element element) {
        separate(element);
        if (PREFORMATTED.contains(element.normalName())) {
            preformatted++;
        }
        if (headingLevel == 0 && level(element) > 0) {
            headingLevel = level(element);
            headingStart = -1;
        }
    }

    private void close(Element element) {
        if (headingLevel > 0 && level(element) == headingLevel) {
            if (headingStart >= 0 && headings.size() < Heading.COUNT_MAX) {
                String title = out.substring(headingStart).replace('\n', ' ').strip();
                headings.add(new Heading(headingStart, out.length(), headingLevel, title));
            }
            headingLevel = 0;
        }
        if (PREFORMATTED.contains(element.normalName())) {
            preformatted--;
        }
        separate(element);
    }

    private void separate(Element element) {
        String name = element.normalName();
        if (LINES.contains(name)) {
            breaks = Math.max(breaks, 1);
        } else if (CELLS.contains(name)) {
            space = true;
        } else if (element.isBlock()) {
            breaks = PARAGRAPH;
        }
    }

    private static int level(Element element) {
        String name = element.normalName();
        boolean heading =
                name.length() == 2
                        && name.charAt(0) == 'h'
                        && name.charAt(1) >= '1'
                        && name.charAt(1) <= '6';
        return heading ? name.charAt(1) - '0' : 0;
    }

    private void text(TextNode node) {
        String text = node.getWholeText();
        // What the page shows in another order than it is written keeps the line before it.
        int line = Math.max(lineLast, firstLine(node.sourceRange(), text));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isCollapsible(c)) {
                blank(c);
                line += c == '\n' ? 1 : 0;
            } else {
                put(c, line);
            }
        }
    }

    /**
     * The parser puts a long text together from parts, and then knows the start of the last only.
     */
    private static int firstLine(Range range, String text) {
        int newlines = (int) text.chars().filter(c -> c == '\n').count();
        int first = range.start().lineNumber();
        int last = range.end().lineNumber();
        return last - first >= newlines ? first : Math.max(1, last - newlines);
    }

    /** White space of HTML; a no-break space is not, and stays. */
    private static boolean isCollapsible(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
    }

    private void blank(char c) {
        if (preformatted > 0 && breaks == 0 && !out.isEmpty() && c != '\r') {
            out.append(c);
        } else {
            space = true;
        }
    }

    private void put(char c, int line) {
        if (!out.isEmpty()) {
            if (breaks > 0) {
                out.repeat('\n', breaks);
            } else if (space) {
                out.append(' ');
            }
        }
        breaks = 0;
        space = false;
        if (line != lineLast) {
            offsets.add(out.length());
            lines.add(line);
            lineLast = line;
        }
        if (headingLevel > 0 && headingStart < 0) {
            headingStart = out.length();
        }
        out.append(c);
    }
}
