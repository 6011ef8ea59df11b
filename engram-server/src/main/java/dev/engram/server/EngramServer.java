package dev.engram.server;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.engram.db.Database;
import dev.engram.error.UnavailableException;
import dev.engram.server.http.RestDoor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Database} on the network, as HTTP/1.1 and HTTP/2 in clear text.
 *
 * <p>There is no access control yet, so it listens on loopback addresses only, unless told
 * otherwise; and there it answers only requests that are addressed to this machine, so that a web
 * page cannot reach it through a name of its own.
 */
public final class EngramServer implements AutoCloseable {

    /** Nothing new for so long, and the requests under way are done: the server may stop. */
    private static final Duration QUIET = Duration.ofMillis(50);

    private final Server server;
    private final RestDoor door;
    private final String host;

    private EngramServer(Server server, RestDoor door, String host) {
        this.server = server;
        this.door = door;
        this.host = host;
    }

    /**
     * Starts to serve; answers requests when it returns.
     *
     * @param database stays open when the server closes
     * @throws IllegalArgumentException where the host is reachable from other machines and the
     *     settings do not allow that
     * @throws UnavailableException where the port is in use or the address is not this machine's
     */
    public static EngramServer start(Database database, ServerSettings settings) {
        InetAddress address = address(settings);
        RestDoor door = new RestDoor(database, settings);
        ServerBuilder builder = Server.builder();
        builder.http(new InetSocketAddress(address, settings.port()));
        builder.requestTimeout(settings.requestTimeout());
        builder.bossGroupFactory(Acceptor::new);
        builder.gracefulShutdownTimeout(QUIET, settings.requestTimeout().plus(QUIET));
        door.mount(builder);
        Server server = builder.build();
        boolean started = false;
        try {
            server.start().join();
            started = true;
            return new EngramServer(server, door, address.getHostAddress());
        } catch (CompletionException e) {
            throw refused(settings, e);
        } finally {
            if (!started) {
                door.close();
                server.close();
            }
        }
    }

    private static UnavailableException refused(ServerSettings settings, CompletionException e) {
        @Nullable Throwable cause = e.getCause();
        if (cause instanceof IOException trouble) {
            return new UnavailableException(
                    "cannot listen on %s, port %d: %s; is another server running there?"
                            .formatted(settings.host(), settings.port(), trouble.getMessage()),
                    trouble);
        }
        throw e;
    }

    private static InetAddress address(ServerSettings settings) {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(settings.host());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "host: "
                            + settings.host()
                            + " is unknown (expected: an address of this"
                            + " machine, such as 127.0.0.1)",
                    e);
        }
        for (InetAddress address : addresses) {
            if (!settings.allowRemote() && !address.isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        "host: "
                                + settings.host()
                                + " is reachable from other machines, and this server has no"
                                + " access control yet (expected: a loopback address, or say so"
                                + " with --allow-remote)");
            }
        }
        return addresses[0];
    }

    /** The port it listens on, also where 0 was asked for. */
    public int port() {
        return server.activeLocalPort();
    }

    /** Where it answers, such as {@code http://127.0.0.1:8080}. */
    public URI uri() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + name + ":" + port());
    }

    /**
     * Refuses new requests, answers those under way, and returns when all of that is done. A second
     * call does nothing.
     */
    @Override
    public void close() {
        door.refuseNew();
        server.stop().join();
        door.close();
    }
}
