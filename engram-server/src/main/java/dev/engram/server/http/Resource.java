package dev.engram.server.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One path, or one pattern of paths, and what can be done there. */
final class Resource implements HttpService {

    /** Does the work of one method; runs on a virtual thread, so it may wait. */
    @FunctionalInterface
    interface Handler {
        Answer answer(Call call);
    }

    private final String route;
    private final Map<HttpMethod, Handler> handlers;
    private final Pipeline pipeline;

    Resource(String route, Map<HttpMethod, Handler> handlers, Pipeline pipeline) {
        this.route = route;
        this.handlers = Map.copyOf(handlers);
        this.pipeline = pipeline;
    }

    /** Names the path in metrics. */
    String route() {
        return route;
    }

    /** Null where the method cannot be used here. What answers GET answers HEAD, too. */
    @Nullable Handler handler(HttpMethod method) {
        return handlers.get(method == HttpMethod.HEAD ? HttpMethod.GET : method);
    }

    /** The value of the header Allow. */
    String allowed() {
        Set<HttpMethod> methods = EnumSet.of(HttpMethod.OPTIONS);
        methods.addAll(handlers.keySet());
        if (handlers.containsKey(HttpMethod.GET)) {
            methods.add(HttpMethod.HEAD);
        }
        return methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    }

    boolean isKnown() {
        return !handlers.isEmpty();
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        return pipeline.serve(context, request, this);
    }
}
