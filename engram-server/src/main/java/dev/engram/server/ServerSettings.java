package dev.engram.server;

import dev.engram.db.Schema;
import java.time.Duration;

/**
 * How a server listens and what it bears.
 *
 * @param host name or address to listen on
 * @param port to listen on; 0 for any free one
 * @param allowRemote whether {@code host} may be reachable from other machines
 * @param defaultModel the embedding model of a collection whose creator names neither a model nor a
 *     dimension
 * @param bodyBytesMax the longest request body, 1..1 GiB
 * @param requestTimeout from the first byte of a request to the last of its answer, above zero
 */
public record ServerSettings(
        String host,
        int port,
        boolean allowRemote,
        String defaultModel,
        int bodyBytesMax,
        Duration requestTimeout) {

    private static final int PORT_MAX = 65_535;
    private static final int BODY_BYTES_LIMIT = 1 << 30;

    /** Loopback only, port 8080, bodies to 32 MiB, a minute for a request. */
    public static final ServerSettings DEFAULT =
            new ServerSettings(
                    "127.0.0.1",
                    8080,
                    false,
                    Schema.DEFAULT_MODEL,
                    32 << 20,
                    Duration.ofMinutes(1));

    public ServerSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: blank (expected: a name or an address)");
        }
        checkRange("port", port, 0, PORT_MAX);
        if (defaultModel.isBlank()) {
            throw new IllegalArgumentException("default model: blank (expected: a name)");
        }
        checkRange("body bytes", bodyBytesMax, 1, BODY_BYTES_LIMIT);
        if (!requestTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "request timeout: " + requestTimeout + " (expected: above zero)");
        }
    }

    private static void checkRange(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    what + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }

    /** The same on another host; {@code allowRemote} says whether others may reach it. */
    public ServerSettings withHost(String other, boolean remote) {
        return new ServerSettings(other, port, remote, defaultModel, bodyBytesMax, requestTimeout);
    }

    /** The same on another port. */
    public ServerSettings withPort(int other) {
        return new ServerSettings(
                host, other, allowRemote, defaultModel, bodyBytesMax, requestTimeout);
    }

    /** The same with another model for collections whose creator names none. */
    public ServerSettings withDefaultModel(String other) {
        return new ServerSettings(host, port, allowRemote, other, bodyBytesMax, requestTimeout);
    }

    /** The same with other bounds of a request. */
    public ServerSettings withLimits(int bodyBytes, Duration timeout) {
        return new ServerSettings(host, port, allowRemote, defaultModel, bodyBytes, timeout);
    }
}
