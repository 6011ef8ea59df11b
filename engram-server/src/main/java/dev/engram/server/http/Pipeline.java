package dev.engram.server.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * What every request passes through.
 *
 * <pre>
 *   event loop: receive all ──► virtual thread: checks, handler ──► answer, or problem
 * </pre>
 */
final class Pipeline implements AutoCloseable {

    private final HostCheck hosts;
    private final Metrics metrics;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());

    private volatile boolean stopping;

    Pipeline(HostCheck hosts, Metrics metrics) {
        this.hosts = hosts;
        this.metrics = metrics;
    }

    HttpResponse serve(ServiceRequestContext context, HttpRequest request, Resource resource) {
        metrics.measure(context, resource.route());
        CompletableFuture<Answer> answer =
                request.aggregate()
                        .thenApplyAsync(
                                received -> answer(new Call(context, received), resource), threads);
        return HttpResponse.of(
                answer.handle(
                        (done, failure) ->
                                failure == null
                                        ? done.toResponse()
                                        : Problems.response(context, cause(failure))));
    }

    private Answer answer(Call call, Resource resource) {
        if (stopping) {
            throw refusal(
                    HttpStatus.SERVICE_UNAVAILABLE, "stopping", "the server is about to stop");
        }
        hosts.check(call.request().authority());
        if (!resource.isKnown()) {
            throw refusal(
                    HttpStatus.NOT_FOUND,
                    "unknown_route",
                    "nothing is at " + call.context().path() + "; GET /openapi.yaml lists what is");
        }
        HttpMethod method = call.request().method();
        if (method == HttpMethod.OPTIONS) {
            return Answer.empty(HttpStatus.NO_CONTENT).with(HttpStatus.NO_CONTENT, allow(resource));
        }
        Resource.Handler handler = resource.handler(method);
        if (handler == null) {
            return wrongMethod(call, resource);
        }
        checkQuery(call);
        return handler.answer(call);
    }

    /** No route takes parameters behind a '?', and one that did nothing would mislead. */
    private static void checkQuery(Call call) {
        String first = call.context().queryParams().names().stream().findFirst().orElse(null);
        if (first != null && call.context().path().startsWith(RestDoor.API)) {
            throw Refusal.of(
                    "unknown_parameter",
                    "parameter '" + first + "' is unknown",
                    null,
                    "put it into the JSON body");
        }
    }

    private static Answer wrongMethod(Call call, Resource resource) {
        Problem problem =
                new Problem(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        "method_not_allowed",
                        "%s cannot be used here (expected: %s)"
                                .formatted(call.request().method(), resource.allowed()));
        return Problems.answer(call.context(), problem)
                .with(HttpStatus.METHOD_NOT_ALLOWED, allow(resource));
    }

    private static HttpHeaders allow(Resource resource) {
        return HttpHeaders.of(HttpHeaderNames.ALLOW, resource.allowed());
    }

    private static Refusal refusal(HttpStatus status, String code, String detail) {
        return new Refusal(new Problem(status, code, detail));
    }

    private static Throwable cause(Throwable failure) {
        @Nullable Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** Answers what comes from now on with 503. */
    void refuseNew() {
        stopping = true;
    }

    /** Waits for the handlers at work, also for those whose caller has given up. */
    @Override
    public void close() {
        threads.close();
    }

    /** A resource that passes through here. */
    Resource resource(String route, Map<HttpMethod, Resource.Handler> handlers) {
        return new Resource(route, handlers, this);
    }
}
