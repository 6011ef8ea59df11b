package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import dev.engram.db.Database;
import dev.engram.db.SnapshotInfo;
import java.io.IOException;
import java.util.List;

/** Keeps states of the database under names. */
final class SnapshotRoutes {

    /** The variable of the path. */
    static final String NAME = "snapshot";

    private final Database database;

    SnapshotRoutes(Database database) {
        this.database = database;
    }

    Answer list(Call call) {
        List<SnapshotInfo> infos = database.snapshots();
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("snapshots");
                    for (SnapshotInfo info : infos) {
                        write(out, info);
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    Answer create(Call call) {
        SnapshotInfo info = make(call.body(SnapshotRoutes::name));
        return Answer.json(out -> write(out, info))
                .with(
                        HttpStatus.CREATED,
                        HttpHeaders.of(
                                HttpHeaderNames.LOCATION,
                                RestDoor.API + "/snapshots/" + info.name()));
    }

    private SnapshotInfo make(String name) {
        try {
            return database.snapshot(name);
        } catch (IllegalArgumentException e) {
            throw Refusal.of("invalid_argument", String.valueOf(e.getMessage()), "/name", null);
        }
    }

    private static String name(JsonInput in) throws IOException {
        String[] name = new String[1];
        in.object(List.of("name"), _ -> name[0] = in.string());
        return in.required(name[0], "name");
    }

    Answer drop(Call call) {
        database.dropSnapshot(call.param(NAME));
        return Answer.empty(HttpStatus.NO_CONTENT);
    }

    private static void write(JsonGenerator out, SnapshotInfo info) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", info.name());
        out.writeStringField("created", info.created().toString());
        out.writeEndObject();
    }
}
