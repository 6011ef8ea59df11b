package dev.engram.server.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.nio.charset.StandardCharsets;

/**
 * A request that was received to its end.
 *
 * @param context of the protocol engine
 * @param request with its body
 */
record Call(ServiceRequestContext context, AggregatedHttpRequest request) {

    /** A variable of the route's path, decoded. */
    String param(String name) {
        String value = context.pathParam(name);
        if (value == null) {
            throw new AssertionError("no variable " + name + " in " + context.config().route());
        }
        return value;
    }

    /** Reads the body as JSON. */
    <T> T body(JsonInput.Reading<T> reading) {
        checkType();
        return JsonInput.read(request.content().array(), reading);
    }

    private void checkType() {
        MediaType type = request.contentType();
        boolean json =
                type != null
                        && type.is(MediaType.create("application", "json"))
                        && StandardCharsets.UTF_8.equals(type.charset(StandardCharsets.UTF_8));
        if (!json) {
            throw unsupported(
                    "content-type: " + type + " (expected: application/json in UTF-8)",
                    "send the header 'content-type: application/json'");
        }
        String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw unsupported(
                    "content-encoding: " + encoding + " (expected: none)",
                    "send the body as it is");
        }
    }

    private static Refusal unsupported(String detail, String hint) {
        return new Refusal(
                new Problem(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "unsupported_media_type",
                        detail,
                        null,
                        hint));
    }
}
