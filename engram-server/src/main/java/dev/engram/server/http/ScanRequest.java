package dev.engram.server.http;

import dev.engram.db.Filter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records are wanted next.
 *
 * @param cursor the token to go on with; null to begin
 * @param limit how many at once
 * @param filter which records
 * @param lease how long the server waits for the next request
 * @param shape whether the vectors come along
 */
record ScanRequest(@Nullable String cursor, int limit, Filter filter, Duration lease, Shape shape) {

    private static final List<String> FIELDS =
            List.of("cursor", "limit", "filter", "lease_seconds", "vectors");

    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 10_000;
    private static final int LEASE_SECONDS = 60;
    private static final int LEASE_SECONDS_MAX = 3600;

    /** What of a record is sent. */
    enum Shape {
        WHOLE,
        WITHOUT_VECTOR
    }

    static ScanRequest read(JsonInput in) throws IOException {
        return new Draft().read(in);
    }

    /** The fields seen so far. */
    private static final class Draft {
        private @Nullable String cursor;
        private @Nullable Filter filter;
        private @Nullable Integer lease;
        private int limit = LIMIT_DEFAULT;
        private Shape shape = Shape.WITHOUT_VECTOR;

        ScanRequest read(JsonInput in) throws IOException {
            in.object(FIELDS, field -> readField(in, field));
            if (cursor != null && (filter != null || lease != null)) {
                throw Refusal.of(
                        "invalid_argument",
                        "a cursor has its filter and its lease already",
                        "/cursor",
                        "send 'filter' and 'lease_seconds' with the first request only");
            }
            return new ScanRequest(
                    cursor,
                    limit,
                    filter == null ? Filter.every() : filter,
                    Duration.ofSeconds(lease == null ? LEASE_SECONDS : lease),
                    shape);
        }

        private void readField(JsonInput in, String field) throws IOException {
            switch (field) {
                case "cursor" -> cursor = in.string();
                case "limit" -> limit = bounded(in, field, LIMIT_MAX);
                case "filter" -> filter = SearchRequest.filter(in);
                case "lease_seconds" -> lease = bounded(in, field, LEASE_SECONDS_MAX);
                case "vectors" -> shape = in.flag() ? Shape.WHOLE : Shape.WITHOUT_VECTOR;
                default -> throw new AssertionError(field);
            }
        }

        private static int bounded(JsonInput in, String field, int max) throws IOException {
            int value = in.integer();
            if (value < 1 || value > max) {
                throw in.refusal(
                        "invalid_argument",
                        field + ": " + value + " (expected: 1.." + max + ")",
                        null);
            }
            return value;
        }
    }
}
