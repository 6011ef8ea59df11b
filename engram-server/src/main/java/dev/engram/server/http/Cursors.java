package dev.engram.server.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.engram.db.Cursor;
import dev.engram.db.Point;
import dev.engram.error.LimitExceededException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * The cursors that callers are in the middle of, each under a token that cannot be guessed. A
 * cursor that nobody uses is let go at the end of its lease.
 */
final class Cursors implements AutoCloseable {

    private static final int OPEN_MAX = 1000;
    private static final int TOKEN_BYTES = 18;

    private final RandomGenerator random = new SecureRandom();
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    /**
     * A cursor.
     *
     * @param collection that it goes through
     */
    private record Open(String collection, Cursor<Point> cursor) {}

    /**
     * Some records.
     *
     * @param next the token to go on with; empty at the end
     */
    record Page(List<Point> records, String next) {}

    /** The first records of a cursor. */
    Page begin(String collection, Cursor<Point> cursor, int limit) {
        List<Point> first = cursor.next(limit);
        if (cursor.isAtEnd()) {
            return new Page(first, "");
        }
        if (open.size() >= OPEN_MAX) {
            open.values().removeIf(other -> !other.cursor.isLeased());
        }
        if (open.size() >= OPEN_MAX) {
            cursor.close();
            throw new LimitExceededException(
                    OPEN_MAX + " cursors are open; go through some to their end, or wait");
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        open.put(token, new Open(collection, cursor));
        return new Page(first, token);
    }

    /** The records that come next. */
    Page next(String collection, String token, int limit) {
        Open found = open.get(token);
        if (found == null || !found.collection.equals(collection)) {
            throw gone();
        }
        List<Point> records;
        try {
            records = found.cursor.next(limit);
        } catch (LimitExceededException e) {
            open.remove(token);
            Refusal refusal = gone();
            refusal.initCause(e);
            throw refusal;
        }
        if (found.cursor.isAtEnd()) {
            open.remove(token);
        }
        return new Page(records, found.cursor.isAtEnd() ? "" : token);
    }

    private static Refusal gone() {
        return new Refusal(
                new Problem(
                        HttpStatus.GONE,
                        "cursor_gone",
                        "the cursor is at its end, or was not used in time, or is none of this"
                                + " collection",
                        "/cursor",
                        "begin again without a cursor"));
    }

    @Override
    public void close() {
        open.values().forEach(some -> some.cursor.close());
        open.clear();
    }
}
