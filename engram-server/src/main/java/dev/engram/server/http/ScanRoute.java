package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Database;
import dev.engram.db.Point;
import java.io.IOException;
import java.util.Objects;

/** Hands out all records of a collection, some at a time, as they were when it began. */
final class ScanRoute implements AutoCloseable {

    private final Database database;
    private final Cursors cursors = new Cursors();

    ScanRoute(Database database) {
        this.database = database;
    }

    Answer scan(Call call) {
        ScanRequest wish = call.body(ScanRequest::read);
        Cursors.Page page = page(call.param(CollectionRoutes.NAME), wish);
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("records");
                    for (Point point : page.records()) {
                        write(out, point, wish.shape());
                    }
                    out.writeEndArray();
                    out.writeStringField("cursor", page.next().isEmpty() ? null : page.next());
                    out.writeEndObject();
                });
    }

    private Cursors.Page page(String collection, ScanRequest wish) {
        return wish.cursor() == null
                ? cursors.begin(
                        collection,
                        database.collection(collection).scan(wish.filter(), wish.lease()),
                        wish.limit())
                : cursors.next(collection, wish.cursor(), wish.limit());
    }

    private static void write(JsonGenerator out, Point point, ScanRequest.Shape shape)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("id", point.id());
        out.writeStringField("text", point.text());
        if (shape == ScanRequest.Shape.WHOLE) {
            out.writeFieldName("vector");
            float[] vector = Objects.requireNonNull(point.vector(), "a stored record has a vector");
            JsonOutput.vector(out, vector);
        }
        out.writeFieldName("metadata");
        JsonOutput.value(out, point.metadata());
        out.writeEndObject();
    }

    @Override
    public void close() {
        cursors.close();
    }
}
