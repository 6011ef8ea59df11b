package dev.engram.server.http;

import dev.engram.db.Collection;
import dev.engram.db.Point;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the records of a request, one after the other. */
final class NewRecord {

    private static final List<String> DOCUMENT = List.of("id", "text", "metadata");
    private static final List<String> RECORD = List.of("id", "vector", "text", "metadata");

    private @Nullable String id;
    private @Nullable String text;
    private float @Nullable [] vector;
    private Map<String, Object> metadata = Map.of();

    private NewRecord() {}

    /** Reads {@code {"documents": [{id?, text, metadata?}, ...]}}. */
    static List<Point> documents(JsonInput in) throws IOException {
        return list(in, "documents", NewRecord::document);
    }

    /** Reads {@code {"records": [{id, vector, text?, metadata?}, ...]}}. */
    static List<Point> records(JsonInput in) throws IOException {
        return list(in, "records", NewRecord::record);
    }

    /** Reads one of the list; {@code ids} are those given so far. */
    @FunctionalInterface
    private interface Item {
        Point read(JsonInput in, Set<String> ids) throws IOException;
    }

    private static List<Point> list(JsonInput in, String field, Item item) throws IOException {
        Set<String> ids = new HashSet<>();
        Points points = new Points();
        in.object(List.of(field), _ -> points.list = in.array(each -> item.read(each, ids)));
        return in.required(points.list, field);
    }

    private static final class Points {
        private @Nullable List<Point> list;
    }

    private static Point document(JsonInput in, Set<String> ids) throws IOException {
        NewRecord seen = new NewRecord();
        in.object(DOCUMENT, field -> seen.readField(in, field, ids));
        String text = in.required(seen.text, "text");
        // The same text twice has the same id twice: that is one document, not a mistake.
        String id = seen.id == null ? Collection.contentId(text) : seen.id;
        return Point.of(id, text, seen.metadata);
    }

    private static Point record(JsonInput in, Set<String> ids) throws IOException {
        NewRecord seen = new NewRecord();
        in.object(RECORD, field -> seen.readField(in, field, ids));
        String id = in.required(seen.id, "id");
        if (seen.vector == null) {
            throw in.missing("vector", "field 'vector' is missing");
        }
        return new Point(id, seen.text, seen.vector, seen.metadata);
    }

    private void readField(JsonInput in, String field, Set<String> ids) throws IOException {
        switch (field) {
            case "id" -> {
                id = in.string();
                if (!ids.add(id)) {
                    throw in.refusal(
                            "duplicate_id", "id '" + id + "' comes twice in one request", null);
                }
            }
            case "text" -> text = in.string();
            case "vector" -> vector = in.vector();
            case "metadata" -> metadata = in.map();
            default -> throw new AssertionError(field);
        }
    }
}
