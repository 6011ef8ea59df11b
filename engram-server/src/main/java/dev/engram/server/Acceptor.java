package dev.engram.server;

import com.linecorp.armeria.common.util.ThreadFactories;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that accepts connections. It ends as soon as it is told to: by default it would
 * linger for two seconds, and a server that has nothing to do would take so long to stop.
 */
final class Acceptor extends MultiThreadIoEventLoopGroup {

    private static final long END_SECONDS_MAX = 5;

    Acceptor(String threadName) {
        super(
                1,
                ThreadFactories.newEventLoopThreadFactory(threadName, false),
                NioIoHandler.newFactory());
    }

    @Override
    public Future<?> shutdownGracefully() {
        return shutdownGracefully(0, END_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
