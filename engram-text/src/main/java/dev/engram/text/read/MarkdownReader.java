package dev.engram.text.read;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the headings of a Markdown text; the text itself stays as it is, so that every place in it
 * is a place in the file.
 */
final class MarkdownReader {

    private static final Pattern ATX =
            Pattern.compile(" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?\\s*");
    private static final Pattern SETEXT = Pattern.compile(" {0,3}(=+|-+)\\s*");
    private static final Pattern FRONT_TITLE = Pattern.compile("title:\\s*[\"']?(.+?)[\"']?\\s*");
    private static final int LINE_MAX = 1000;

    private final String text;
    private final List<Heading> headings = new ArrayList<>();
    private @Nullable String fence;
    private @Nullable String frontTitle;
    private int paragraphStart = -1;
    private String paragraph = "";

    private MarkdownReader(String text) {
        this.text = text;
    }

    static Document read(String text) {
        MarkdownReader reader = new MarkdownReader(text);
        reader.scan();
        String title = reader.frontTitle;
        if (title == null) {
            title =
                    reader.headings.stream()
                            .filter(h -> h.level() == 1)
                            .map(Heading::title)
                            .findFirst()
                            .orElse(null);
        }
        return new Document(text, Form.MARKDOWN, title, reader.headings, Lines.of(text));
    }

    private void scan() {
        int start = frontMatterEnd();
        while (start < text.length() && headings.size() < Heading.COUNT_MAX) {
            int end = lineEnd(start);
            // A longer line is no heading, and patterns are not to crawl over megabytes.
            if (end - start <= LINE_MAX) {
                line(start, end, text.substring(start, end));
            } else {
                paragraphStart = -1;
            }
            start = end;
        }
    }

    private int lineEnd(int start) {
        int newline = text.indexOf('\n', start);
        return newline < 0 ? text.length() : newline + 1;
    }

    /** Skips what stands between {@code ---} lines at the very beginning, taking its title. */
    private int frontMatterEnd() {
        int start = lineEnd(0);
        if (!text.substring(0, Math.min(start, LINE_MAX)).strip().equals("---")) {
            return 0;
        }
        while (start < text.length()) {
            int end = lineEnd(start);
            String line = text.substring(start, Math.min(end, start + LINE_MAX)).strip();
            if (line.equals("---") || line.equals("...")) {
                return end;
            }
            Matcher title = FRONT_TITLE.matcher(line);
            if (frontTitle == null && title.matches()) {
                frontTitle = title.group(1);
            }
            start = end;
        }
        frontTitle = null;
        return 0;
    }

    private void line(int start, int end, String line) {
        if (fence != null) {
            if (Fences.closes(fence, line)) {
                fence = null;
            }
            return;
        }
        fence = Fences.opens(line);
        if (fence != null) {
            paragraphStart = -1;
            return;
        }
        Matcher atx = ATX.matcher(line);
        Matcher setext = SETEXT.matcher(line);
        if (atx.matches()) {
            String title = atx.group(2) == null ? "" : atx.group(2);
            headings.add(new Heading(start, end, atx.group(1).length(), title));
            paragraphStart = -1;
        } else if (paragraphStart >= 0 && setext.matches()) {
            int level = setext.group(1).startsWith("=") ? 1 : 2;
            headings.add(new Heading(paragraphStart, end, level, paragraph));
            paragraphStart = -1;
        } else {
            boolean underlinable = paragraphStart < 0 && !line.isBlank() && !isListOrTable(line);
            paragraph = line.strip();
            paragraphStart = underlinable ? start : -1;
        }
    }

    /** {@code ---} below such a line is a rule or part of a table. */
    private static boolean isListOrTable(String line) {
        String stripped = line.strip();
        return stripped.startsWith("- ")
                || stripped.startsWith("* ")
                || stripped.startsWith("|")
                || stripped.startsWith(">")
                || line.startsWith("    ");
    }
}
