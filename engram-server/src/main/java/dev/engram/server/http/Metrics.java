package dev.engram.server.http;

import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.engram.db.CollectionInfo;
import dev.engram.db.Database;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** What the server counts, for Prometheus. */
final class Metrics implements AutoCloseable {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofMillis(2500),
        Duration.ofSeconds(10)
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final AtomicInteger collections = new AtomicInteger();
    private final MultiGauge records;

    Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collector.bindTo(registry);
        registry.gauge("engram.collections", collections);
        records =
                MultiGauge.builder("engram.records")
                        .description("Records in each collection")
                        .register(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Counts and times a request, once its answer is out or nobody waits for it any more. */
    void measure(ServiceRequestContext context, String route) {
        CompletableFuture<Void> _ =
                context.log().whenComplete().thenAccept(log -> record(log, context, route));
    }

    private void record(RequestLog log, ServiceRequestContext context, String route) {
        Timer.builder("engram.http.requests")
                .description("Requests by route, method and status of the answer")
                .serviceLevelObjectives(BUCKETS)
                .tag("route", route)
                .tag("method", context.method().name())
                .tag("status", log.responseHeaders().status().codeAsText())
                .register(registry)
                .record(log.totalDurationNanos(), TimeUnit.NANOSECONDS);
    }

    /** All of it in Prometheus' text format, the collections as they are now. */
    String text(Database database) {
        List<CollectionInfo> infos = database.collections();
        collections.set(infos.size());
        records.register(
                infos.stream()
                        .map(
                                info ->
                                        MultiGauge.Row.of(
                                                Tags.of("collection", info.name()), info.records()))
                        .collect(Collectors.toList()),
                true);
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
