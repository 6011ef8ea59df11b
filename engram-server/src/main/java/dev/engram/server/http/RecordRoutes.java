package dev.engram.server.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.engram.db.Collection;
import dev.engram.db.Database;
import dev.engram.db.Point;
import dev.engram.error.NotFoundException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/** Sets, shows and removes the records of a collection. */
final class RecordRoutes {

    /** The variable of the path. */
    static final String ID = "id";

    private final Database database;

    RecordRoutes(Database database) {
        this.database = database;
    }

    Answer addDocuments(Call call) {
        return put(call, call.body(NewRecord::documents));
    }

    Answer addRecords(Call call) {
        return put(call, call.body(NewRecord::records));
    }

    private Answer put(Call call, List<Point> points) {
        collection(call).put(points);
        List<String> ids = points.stream().map(Point::id).toList();
        int added = new HashSet<>(ids).size();
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeNumberField("added", added);
                    out.writeArrayFieldStart("ids");
                    for (String id : ids) {
                        out.writeString(id);
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    Answer get(Call call) {
        String id = call.param(ID);
        Point point = collection(call).get(id).orElseThrow(() -> missing(call, id));
        float[] vector = Objects.requireNonNull(point.vector(), "a stored record has a vector");
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeStringField("id", point.id());
                    out.writeStringField("text", point.text());
                    out.writeFieldName("vector");
                    JsonOutput.vector(out, vector);
                    out.writeFieldName("metadata");
                    JsonOutput.value(out, point.metadata());
                    out.writeEndObject();
                });
    }

    Answer delete(Call call) {
        String id = call.param(ID);
        if (collection(call).delete(id) == 0) {
            throw missing(call, id);
        }
        return Answer.empty(HttpStatus.NO_CONTENT);
    }

    private Collection collection(Call call) {
        return database.collection(call.param(CollectionRoutes.NAME));
    }

    private static NotFoundException missing(Call call, String id) {
        return new NotFoundException(
                "no record '%s' in collection '%s'"
                        .formatted(id, call.param(CollectionRoutes.NAME)));
    }
}
