package dev.engram.cli;

import dev.engram.db.Database;
import dev.engram.server.EngramServer;
import dev.engram.server.ServerSettings;
import dev.engram.text.EmbeddingModels;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves the indexes over HTTP until it is stopped. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Serve the indexes over HTTP until stopped (Ctrl-C).")
final class ServeCommand implements Callable<Integer> {

    @Mixin Common common;

    @Option(
            names = "--host",
            description =
                    "Address to listen on (default: ${DEFAULT-VALUE}). An address that other"
                            + " machines can reach needs --allow-remote.")
    String host = "127.0.0.1";

    @Option(
            names = "--port",
            description = "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}).")
    int port = 8080;

    @Option(
            names = "--allow-remote",
            description =
                    "Listen on an address that other machines can reach. There is no access control"
                            + " yet: whoever reaches the port can read and change everything.")
    boolean allowRemote;

    @Override
    public Integer call() throws InterruptedException {
        return 0;
    }
}
