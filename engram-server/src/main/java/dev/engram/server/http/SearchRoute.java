package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Collection;
import dev.engram.db.Database;
import dev.engram.db.Hit;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Searches a collection by text or by vector. */
final class SearchRoute {

    private static final double MICROS_PER_MILLI = 1000;

    private final Database database;

    SearchRoute(Database database) {
        this.database = database;
    }

    Answer search(Call call) {
        SearchRequest wish = call.body(SearchRequest::read);
        Collection collection = database.collection(call.param(CollectionRoutes.NAME));
        long start = System.nanoTime();
        List<Hit> hits = wish.ask(collection);
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeStringField("query", wish.query());
                    out.writeArrayFieldStart("results");
                    for (Hit hit : hits) {
                        write(out, hit);
                    }
                    out.writeEndArray();
                    out.writeNumberField("took_ms", micros / MICROS_PER_MILLI);
                    out.writeEndObject();
                });
    }

    private static void write(JsonGenerator out, Hit hit) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", hit.id());
        out.writeNumberField("score", hit.score());
        out.writeStringField("text", hit.text());
        out.writeFieldName("metadata");
        JsonOutput.value(out, hit.metadata());
        out.writeEndObject();
    }
}
