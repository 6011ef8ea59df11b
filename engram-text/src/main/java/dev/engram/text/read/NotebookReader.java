package dev.engram.text.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the cells of a notebook together as Markdown: text as it stands, code between fences. What
 * the code once printed is left out. A cell is a page.
 *
 * <p>What is no proper notebook is read as the JSON, or the lines, it is.
 */
final class NotebookReader {

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonParser json;
    private final Taken taken = new Taken();
    private int cells;

    /** A line of a cell, and where in the file it stands. */
    private record SourceLine(String text, int line) {}

    private NotebookReader(JsonParser json) {
        this.json = json;
    }

    static Document read(String text) throws Unreadable {
        try (JsonParser json = JSON.createParser(text)) {
            NotebookReader reader = new NotebookReader(json);
            reader.notebook();
            if (reader.cells == 0) {
                return JsonReader.read(text);
            }
            Document markdown = MarkdownReader.read(reader.taken.text());
            return new Document(
                    markdown.text(),
                    Form.MARKDOWN,
                    markdown.title(),
                    markdown.headings(),
                    reader.taken.lines(),
                    reader.taken.pages());
        } catch (IOException e) {
            return Document.plain(text, Form.LINES);
        }
    }

    private void notebook() throws IOException, Unreadable {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isCells = json.currentName().equals("cells");
            if (json.nextToken() == JsonToken.START_ARRAY && isCells) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    cell();
                }
            } else {
                json.skipChildren();
            }
        }
    }

    private void cell() throws IOException, Unreadable {
        String type = "";
        List<SourceLine> source = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("cell_type") && value == JsonToken.VALUE_STRING) {
                type = json.getText();
            } else if (name.equals("source")) {
                source = source(value);
            } else {
                json.skipChildren();
            }
        }
        cells++;
        if (source.stream().anyMatch(line -> !line.text().isBlank())) {
            write(type.equals("code"), source);
        }
    }

    /** A list of lines, or one text of all. */
    private List<SourceLine> source(JsonToken value) throws IOException {
        List<SourceLine> lines = new ArrayList<>();
        if (value == JsonToken.VALUE_STRING) {
            lines.add(sourceLine());
        } else if (value == JsonToken.START_ARRAY) {
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                lines.add(sourceLine());
            }
        }
        return lines;
    }

    private SourceLine sourceLine() throws IOException {
        return new SourceLine(json.getText(), json.currentTokenLocation().getLineNr());
    }

    private void write(boolean code, List<SourceLine> source) throws Unreadable {
        if (taken.length() > 0) {
            taken.add("\n");
        }
        taken.atPage(cells);
        taken.atLine(source.getFirst().line());
        String fence = code ? fence(source) : "";
        if (code) {
            taken.add(fence).add("\n");
        }
        for (SourceLine line : source) {
            taken.atLine(line.line());
            taken.add(line.text());
        }
        if (!source.getLast().text().endsWith("\n")) {
            taken.add("\n");
        }
        if (code) {
            taken.add(fence).add("\n");
        }
    }

    /** Longer than any that stands in the code. */
    private static String fence(List<SourceLine> source) {
        int longest = 2;
        int present = 0;
        for (SourceLine line : source) {
            for (int i = 0; i < line.text().length(); i++) {
                present = line.text().charAt(i) == '`' ? present + 1 : 0;
                longest = Math.max(longest, present);
            }
        }
        return "`".repeat(longest + 1);
    }
}
