package dev.engram.server.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.ServerBuilder;
import dev.engram.db.Database;
import dev.engram.server.ServerSettings;
import java.util.Map;

/** The REST interface: which paths there are, and who answers there. */
public final class RestDoor implements AutoCloseable {

    static final String API = "/api/v1";

    private static final String COLLECTIONS = API + "/collections";
    private static final String COLLECTION = COLLECTIONS + "/{" + CollectionRoutes.NAME + "}";

    private final ServerSettings settings;
    private final Metrics metrics = new Metrics();
    private final Pipeline pipeline;
    private final Database database;
    private final ScanRoute scan;

    /** The database stays the caller's. */
    public RestDoor(Database database, ServerSettings settings) {
        this.database = database;
        this.scan = new ScanRoute(database);
        this.settings = settings;
        this.pipeline =
                new Pipeline(new HostCheck(settings.host(), settings.allowRemote()), metrics);
    }

    /** Adds all paths to a server. */
    public void mount(ServerBuilder server) {
        server.maxRequestLength(settings.bodyBytesMax());
        server.errorHandler(new Problems());
        server.meterRegistry(metrics.registry());
        server.disableServerHeader();
        SystemRoutes system = new SystemRoutes(database, metrics);
        add(server, "/health", Map.of(HttpMethod.GET, system::health));
        add(server, "/metrics", Map.of(HttpMethod.GET, system::metrics));
        add(server, "/openapi.yaml", Map.of(HttpMethod.GET, system::openApi));
        JobRoute jobs = new JobRoute(database);
        add(
                server,
                API + "/jobs",
                Map.of(HttpMethod.GET, jobs::list, HttpMethod.PATCH, jobs::change));
        CollectionRoutes collections = new CollectionRoutes(database, settings.defaultModel());
        add(
                server,
                COLLECTIONS,
                Map.of(HttpMethod.GET, collections::list, HttpMethod.POST, collections::create));
        add(
                server,
                COLLECTION,
                Map.of(
                        HttpMethod.GET,
                        collections::get,
                        HttpMethod.PATCH,
                        collections::alter,
                        HttpMethod.DELETE,
                        collections::drop));
        RecordRoutes records = new RecordRoutes(database);
        add(server, COLLECTION + "/documents", Map.of(HttpMethod.POST, records::addDocuments));
        add(server, COLLECTION + "/records", Map.of(HttpMethod.POST, records::addRecords));
        add(
                server,
                COLLECTION + "/records/{" + RecordRoutes.ID + "}",
                Map.of(HttpMethod.GET, records::get, HttpMethod.DELETE, records::delete));
        add(server, COLLECTION + "/scan", Map.of(HttpMethod.POST, scan::scan));
        add(
                server,
                COLLECTION + "/search",
                Map.of(HttpMethod.POST, new SearchRoute(database)::search));
        add(server, API + "/memory", Map.of(HttpMethod.GET, system::memory));
        SnapshotRoutes snapshots = new SnapshotRoutes(database);
        add(
                server,
                API + "/snapshots",
                Map.of(HttpMethod.GET, snapshots::list, HttpMethod.POST, snapshots::create));
        add(
                server,
                API + "/snapshots/{" + SnapshotRoutes.NAME + "}",
                Map.of(HttpMethod.DELETE, snapshots::drop));
        server.serviceUnder("/", pipeline.resource("unknown", Map.of()));
    }

    private void add(
            ServerBuilder server, String path, Map<HttpMethod, Resource.Handler> handlers) {
        server.service(path, pipeline.resource(path, handlers));
    }

    /** Answers what comes from now on with 503. */
    public void refuseNew() {
        pipeline.refuseNew();
    }

    /** Waits for the handlers at work. */
    @Override
    public void close() {
        pipeline.close();
        scan.close();
        metrics.close();
    }
}
