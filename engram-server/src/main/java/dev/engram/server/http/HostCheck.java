package dev.engram.server.http;

import com.linecorp.armeria.common.HttpStatus;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests meant for another host. A web page may have its own name resolved to 127.0.0.1,
 * and its scripts would then reach a server that listens there; but the browser still says the
 * page's name in the header Host.
 */
final class HostCheck {

    private static final Pattern AUTHORITY = Pattern.compile("(?:\\[(.+)]|([^:]+))(?::\\d+)?");

    private final String host;
    private final boolean anyHost;

    /**
     * @param host a name under which the server may be called besides those of loopback
     * @param anyHost checks nothing: the server may be reached from outside
     */
    HostCheck(String host, boolean anyHost) {
        this.host = host;
        this.anyHost = anyHost;
    }

    void check(@Nullable String authority) {
        if (anyHost || authority == null) {
            return;
        }
        Matcher parts = AUTHORITY.matcher(authority);
        boolean known = parts.matches() && isKnown(parts.group(1), parts.group(2));
        if (!known) {
            throw new Refusal(
                    new Problem(
                            HttpStatus.FORBIDDEN,
                            "foreign_host",
                            "host: " + authority + " is not this machine (expected: localhost)",
                            null,
                            "start the server with --allow-remote to be reached by other names"));
        }
    }

    private boolean isKnown(@Nullable String literal, @Nullable String name) {
        String asked = literal != null ? literal : String.valueOf(name);
        return asked.equalsIgnoreCase("localhost")
                || asked.equalsIgnoreCase(host)
                || isLoopback(asked);
    }

    private static boolean isLoopback(String literal) {
        try {
            return InetAddress.ofLiteral(literal).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false; // A name, and not one of ours.
        }
    }
}
