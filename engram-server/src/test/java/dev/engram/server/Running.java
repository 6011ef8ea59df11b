package dev.engram.server;

import dev.engram.db.Database;
import java.nio.file.Path;

/** A server at work on a database in a folder, and a client of it. */
final class Running implements AutoCloseable {

    static final ServerSettings SETTINGS =
            ServerSettings.DEFAULT.withPort(0).withDefaultModel(TestModels.WORDS);

    final TestModels models = new TestModels();
    final Database database;
    final EngramServer server;
    final Web web;

    Running(Path folder) {
        this(folder, SETTINGS);
    }

    Running(Path folder, ServerSettings settings) {
        database = Database.open(folder, models);
        server = EngramServer.start(database, settings);
        web = new Web(server.uri());
    }

    /** A collection of own vectors and one of texts, with something in each. */
    void fill() {
        web.post("/api/v1/collections", "{'name':'planets','index':'flat'}".replace('\'', '"'));
        web.post(
                "/api/v1/collections/planets/documents",
                """
                {"documents":[
                  {"id":"mars","text":"Mars is a cold red desert","metadata":{"moons":2}},
                  {"id":"venus","text":"Venus is hot under thick clouds","metadata":{"moons":0}}]}
                """);
        web.post(
                "/api/v1/collections",
                """
                {"name":"plane","dimension":2,"metric":"l2","index":"flat"}
                """);
        web.post(
                "/api/v1/collections/plane/records",
                """
                {"records":[{"id":"a","vector":[1,0]},{"id":"b","vector":[0,2.5],"text":"b"}]}
                """);
    }

    @Override
    public void close() {
        web.close(); // First: the server would wait a second for its idle connections.
        server.close();
        database.close();
    }
}
