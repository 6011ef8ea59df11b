package dev.engram.server.http;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.RequestTimeoutException;
import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.DeniedException;
import dev.engram.error.EngramException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with a request, as RFC 9457 has it.
 *
 * @param status of the answer
 * @param code names the kind of trouble; stable, in snake_case
 * @param detail what was wrong and what was expected
 * @param field where in the request, as a JSON pointer (RFC 6901); null where it is no field
 * @param hint what to do; null where the detail says it
 */
record Problem(
        HttpStatus status,
        String code,
        String detail,
        @Nullable String field,
        @Nullable String hint) {

    static final MediaType TYPE = MediaType.create("application", "problem+json");

    private static final int LENGTH_MAX = 1000;

    private static final String TYPE_PREFIX = "urn:engram:problem:";

    private static final Problem INTERNAL =
            new Problem(
                    HttpStatus.INTERNAL_SERVER_ERROR,
                    "internal",
                    "the server failed; its log says why, under this trace_id",
                    null,
                    null);

    /** What a stranger sent may stand in these: it is cut, and made to be valid Unicode. */
    Problem {
        detail = printable(detail);
        field = field == null ? null : printable(field);
    }

    Problem(HttpStatus status, String code, String detail) {
        this(status, code, detail, null, null);
    }

    /** What a failed request is told: nothing of the inside where the failure is our own. */
    static Problem of(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> refusal.problem();
            case EngramException trouble -> of(trouble);
            case IllegalArgumentException mistake ->
                    new Problem(HttpStatus.BAD_REQUEST, "invalid_argument", message(mistake));
            case ContentTooLargeException large -> tooLarge(large.maxContentLength());
            case RequestTimeoutException _ ->
                    new Problem(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "timeout",
                            "the request took too long; what it asked for may still be done",
                            null,
                            "send less in one request");
            default -> INTERNAL;
        };
    }

    private static Problem of(EngramException trouble) {
        return switch (trouble) {
            case CorruptException e -> of(HttpStatus.INTERNAL_SERVER_ERROR, "corrupt", e);
            case ConflictException e -> of(HttpStatus.CONFLICT, "conflict", e);
            case NotFoundException e -> of(HttpStatus.NOT_FOUND, "not_found", e);
            case UnavailableException e -> of(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", e);
            case LimitExceededException e ->
                    of(HttpStatus.INSUFFICIENT_STORAGE, "limit_exceeded", e);
            case DeniedException e -> of(HttpStatus.FORBIDDEN, "denied", e);
        };
    }

    private static Problem of(HttpStatus status, String code, EngramException trouble) {
        return new Problem(status, code, message(trouble));
    }

    /** For what the protocol engine refuses before a handler sees it. */
    static Problem of(HttpStatus status, @Nullable String description) {
        String code = status.reasonPhrase().toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "_");
        String detail = description == null ? status.reasonPhrase() : description;
        return new Problem(status, code, detail);
    }

    static Problem tooLarge(long bytesMax) {
        return new Problem(
                HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                "body_too_large",
                "the body is longer than " + bytesMax + " bytes",
                null,
                "send it in several requests");
    }

    private static String printable(String text) {
        boolean fits = text.length() <= LENGTH_MAX;
        String cut = fits ? text : text.substring(0, LENGTH_MAX) + "…";
        return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }

    /**
     * The body of the answer.
     *
     * @param instance the path that was asked for; null where it could not be read
     * @param traceId names the request in the server's log
     */
    byte[] json(@Nullable String instance, String traceId) {
        return JsonOutput.bytes(
                out -> {
                    out.writeStartObject();
                    out.writeStringField("type", TYPE_PREFIX + code);
                    out.writeStringField("title", status.reasonPhrase());
                    out.writeNumberField("status", status.code());
                    out.writeStringField("code", code);
                    out.writeStringField("detail", detail);
                    if (instance != null) {
                        out.writeStringField("instance", instance);
                    }
                    if (field != null) {
                        out.writeStringField("field", field);
                    }
                    if (hint != null) {
                        out.writeStringField("hint", hint);
                    }
                    out.writeStringField("trace_id", traceId);
                    out.writeEndObject();
                });
    }
}
