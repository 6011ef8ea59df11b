package dev.engram.server.http;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.engram.db.Database;
import dev.engram.db.MemoryInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What there is to know about the server itself. */
final class SystemRoutes {

    private static final MediaType PROMETHEUS =
            MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

    private final Database database;
    private final Metrics metrics;
    private final String version = version();
    private final byte[] openApi = resource("/openapi.yaml");

    SystemRoutes(Database database, Metrics metrics) {
        this.database = database;
        this.metrics = metrics;
    }

    Answer health(Call call) {
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeStringField("status", "ok");
                    out.writeStringField("version", version);
                    out.writeEndObject();
                });
    }

    Answer metrics(Call call) {
        byte[] text = metrics.text(database).getBytes(StandardCharsets.UTF_8);
        return Answer.of(HttpStatus.OK, PROMETHEUS, text);
    }

    Answer memory(Call call) {
        MemoryInfo info = database.memory();
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeNumberField("budget", info.budget());
                    out.writeNumberField("total", info.total());
                    out.writeNumberField("row_cache", info.rowCache());
                    out.writeNumberField("row_buffers", info.rowBuffers());
                    out.writeNumberField("row_tables", info.rowTables());
                    out.writeNumberField("vectors", info.vectors());
                    out.writeNumberField("vectors_reserved", info.vectorsReserved());
                    out.writeNumberField("vectors_max", info.vectorsMax());
                    out.writeNumberField("indexes", info.indexes());
                    out.writeNumberField("mapped", info.mapped());
                    out.writeEndObject();
                });
    }

    Answer openApi(Call call) {
        return Answer.of(HttpStatus.OK, MediaType.create("application", "yaml"), openApi);
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream in = open("/version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new AssertionError("/version.properties cannot be read", e);
        }
        return properties.getProperty("version");
    }

    private static byte[] resource(String name) {
        try (InputStream in = open(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(name + " cannot be read", e);
        }
    }

    private static InputStream open(String name) {
        InputStream in = SystemRoutes.class.getResourceAsStream(name);
        if (in == null) {
            throw new AssertionError("no " + name + " in this build");
        }
        return in;
    }
}
