package dev.engram.server.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestId;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestCancellationException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.lang.System.Logger.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns every failure into a problem, whoever noticed it, and logs those that are not the caller's.
 */
final class Problems implements ServerErrorHandler {

    private static final System.Logger LOG = System.getLogger(Problems.class.getName());

    /** W3C Trace Context: version, trace id, parent id, flags. */
    private static final Pattern TRACE_PARENT =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    /** The answer to a request that failed. */
    static HttpResponse response(ServiceRequestContext context, Throwable failure) {
        Problem problem = Problem.of(failure);
        log(context, problem, failure);
        return answer(context, problem).toResponse();
    }

    static Answer answer(ServiceRequestContext context, Problem problem) {
        byte[] body = problem.json(context.path(), traceId(context));
        return Answer.of(problem.status(), Problem.TYPE, body);
    }

    private static void log(ServiceRequestContext context, Problem problem, Throwable failure) {
        if (problem.status().isServerError() && !(failure instanceof Refusal)) {
            LOG.log(
                    Level.ERROR,
                    context.method()
                            + " "
                            + context.path()
                            + " failed, trace_id "
                            + traceId(context),
                    failure);
        }
    }

    /** The caller's trace where it names one, else the request's own number. */
    private static String traceId(ServiceRequestContext context) {
        Matcher parent = TRACE_PARENT.matcher(context.request().headers().get("traceparent", ""));
        return parent.matches() ? parent.group(1) : context.id().text();
    }

    @Override
    public @Nullable HttpResponse onServiceException(
            ServiceRequestContext context, Throwable failure) {
        if (failure instanceof HttpStatusException
                || failure instanceof HttpResponseException
                || (failure instanceof RequestCancellationException
                        && !(failure instanceof RequestTimeoutException))) {
            // The protocol engine's own: it carries its answer, or nobody is left to hear one.
            return HttpResponse.ofFailure(failure);
        }
        if (failure instanceof RequestTimeoutException
                && !context.log().isAvailable(RequestLogProperty.REQUEST_END_TIME)) {
            Problem late =
                    new Problem(
                            HttpStatus.REQUEST_TIMEOUT,
                            "request_timeout",
                            "the request did not arrive in time");
            return answer(context, late).toResponse();
        }
        return response(context, failure);
    }

    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        if (status.isContentAlwaysEmpty()) {
            return AggregatedHttpResponse.of(status);
        }
        Problem problem =
                status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
                        ? Problem.tooLarge(config.maxRequestLength())
                        : Problem.of(status, description);
        String path = headers == null ? null : headers.path();
        String traceId = context == null ? RequestId.random().text() : traceId(context);
        return AggregatedHttpResponse.of(
                problem.status(), Problem.TYPE, HttpData.wrap(problem.json(path, traceId)));
    }
}
