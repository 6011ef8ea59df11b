import org.jspecify.annotations.NullMarked;

/** Puts a Database on the network: REST, limits, metrics. */
@NullMarked
module dev.engram.server {
    requires transitive dev.engram.db;
    requires com.fasterxml.jackson.core;
    requires com.linecorp.armeria;
    requires io.netty.common;
    requires io.netty.transport;
    requires micrometer.core;
    requires micrometer.registry.prometheus;

    exports dev.engram.server;
}
