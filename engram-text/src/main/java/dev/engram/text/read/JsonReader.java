package dev.engram.text.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes every value of a JSON text with the way to it: {@code users[0].name: Ada}. Of one value
 * each stands in a line; of many (a list of objects, or one a line) each object is a row of its
 * own, {@code name: Ada; born: 1815}.
 *
 * <p>What is no proper JSON is read as the lines it is.
 */
final class JsonReader {

    /** Of a longer way to a value only the end is written. */
    private static final int PATH_CHARS_MAX = 200;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                    .build();

    private final JsonParser json;
    private final boolean rows;
    private final int rowDepth;
    private final Taken taken = new Taken();
    private final StringBuilder path = new StringBuilder();
    private final Deque<Level> levels = new ArrayDeque<>();

    /** Whether the line just written can take a further value of the same list. */
    private boolean listed;

    private boolean rowOpen;

    /** An object or list around the present value. */
    private static final class Level {

        private final boolean list;
        private final int pathLength;
        private int index;

        Level(boolean list, int pathLength) {
            this.list = list;
            this.pathLength = pathLength;
        }
    }

    private JsonReader(JsonParser json, boolean rows, int rowDepth) {
        this.json = json;
        this.rows = rows;
        this.rowDepth = rowDepth;
    }

    static Document read(String text) throws Unreadable {
        return read(text, isListOfObjects(text), 1);
    }

    static Document readLines(String text) throws Unreadable {
        return read(text, true, 0);
    }

    private static Document read(String text, boolean rows, int rowDepth) throws Unreadable {
        try (JsonParser json = JSON.createParser(text)) {
            JsonReader reader = new JsonReader(json, rows, rowDepth);
            reader.values();
            return reader.taken.document(rows ? Form.ROWS : Form.LINES, null);
        } catch (IOException e) {
            return Document.plain(text, Form.LINES);
        }
    }

    private static boolean isListOfObjects(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            return json.nextToken() == JsonToken.START_ARRAY
                    && json.nextToken() == JsonToken.START_OBJECT;
        } catch (IOException e) {
            return false;
        }
    }

    private void values() throws IOException, Unreadable {
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            switch (token) {
                case START_OBJECT, START_ARRAY -> open(token == JsonToken.START_ARRAY);
                case END_OBJECT, END_ARRAY -> close();
                case FIELD_NAME -> name(json.currentName());
                case VALUE_NULL, NOT_AVAILABLE -> after();
                default -> value(json.getText());
            }
        }
        endRow();
    }

    private void open(boolean list) {
        step();
        levels.push(new Level(list, path.length()));
        listed = false;
    }

    private void close() throws Unreadable {
        levels.pop();
        listed = false;
        after();
    }

    /** What follows a value: the way back to what it lies in, and the end of its row. */
    private void after() throws Unreadable {
        Level level = levels.peek();
        path.setLength(level == null ? 0 : level.pathLength);
        if (level != null && level.list) {
            level.index++;
        }
        if (levels.size() == rowDepth) {
            endRow();
        }
    }

    private void name(String name) {
        Level level = levels.element();
        path.setLength(level.pathLength);
        if (!path.isEmpty()) {
            path.append('.');
        }
        path.append(name, 0, Math.min(name.length(), PATH_CHARS_MAX));
        listed = false;
    }

    /** Into an element of a list; the number of a row says nothing. */
    private void step() {
        Level level = levels.peek();
        if (level != null && level.list && !(rows && levels.size() == rowDepth)) {
            path.append('[').append(level.index).append(']');
        }
    }

    private void value(String value) throws Unreadable {
        Level level = levels.peek();
        boolean inList = level != null && level.list;
        if (!value.isBlank()) {
            if (listed && inList) {
                taken.add(", ");
            } else {
                begin();
            }
            if (rows) {
                taken.addFlat(value);
            } else {
                taken.add(value);
            }
            listed = inList;
        }
        after();
    }

    private void begin() throws Unreadable {
        if (rows) {
            if (rowOpen) {
                taken.add("; ");
            }
            rowOpen = true;
        } else if (taken.length() > 0) {
            taken.add("\n");
        }
        taken.atLine(json.currentTokenLocation().getLineNr());
        int from = Math.max(0, path.length() - PATH_CHARS_MAX);
        if (rows) {
            taken.addFlat(path.substring(from));
        } else {
            taken.add(path.substring(from));
        }
        if (!path.isEmpty()) {
            taken.add(": ");
        }
    }

    private void endRow() throws Unreadable {
        if (rows && rowOpen) {
            taken.add("\n");
            rowOpen = false;
            listed = false;
        }
    }
}
