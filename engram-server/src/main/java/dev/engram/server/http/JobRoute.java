package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Database;
import dev.engram.db.Job;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Shows the work that is done beside the calls. */
final class JobRoute {

    private final Database database;

    JobRoute(Database database) {
        this.database = database;
    }

    Answer list(Call call) {
        List<Job> jobs = database.jobs();
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("jobs");
                    for (Job job : jobs) {
                        write(out, job);
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    private static void write(JsonGenerator out, Job job) throws IOException {
        out.writeStartObject();
        out.writeStringField("collection", job.collection());
        out.writeStringField("kind", job.kind().name().toLowerCase(Locale.ROOT));
        out.writeStringField("cause", job.cause());
        out.writeStringField("state", job.state().name().toLowerCase(Locale.ROOT));
        out.writeNumberField("done", job.done());
        out.writeNumberField("all", job.all());
        if (job.trouble() != null) {
            out.writeStringField("trouble", job.trouble());
        }
        out.writeEndObject();
    }
}
