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
        description = "Serve the indexes over HTTP until stopped (Ctrl-C).",
        footerHeading = "%nTry:%n",
        footer = {"  engram serve", "  curl http://127.0.0.1:8080/api/v1/collections"})
final class ServeCommand implements Callable<Integer> {

    @Mixin Common common;

    @Option(
            names = "--host",
            description =
                    "Address to listen on (default: ${DEFAULT-VALUE}). An address that other"
                            + " machines can reach needs --allow-remote.")
    String host = ServerSettings.DEFAULT.host();

    @Option(
            names = "--port",
            description = "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}).")
    int port = ServerSettings.DEFAULT.port();

    @Option(
            names = "--allow-remote",
            description =
                    "Listen on an address that other machines can reach. There is no access control"
                            + " yet: whoever reaches the port can read and change everything.")
    boolean allowRemote;

    @Override
    public Integer call() throws InterruptedException {
        Logs.start(common.verbose);
        ServerSettings settings = ServerSettings.DEFAULT.withHost(host, allowRemote).withPort(port);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(asked, ended), "stop");
        try (EmbeddingModels models = common.models();
                Database database = common.open(models);
                EngramServer server = EngramServer.start(database, settings)) {
            Runtime.getRuntime().addShutdownHook(hook);
            common.say("engram " + Versions.current() + " serves " + common.dataFolder());
            common.say("at " + server.uri() + "  (Ctrl-C stops it)");
            common.terminal().out().flush();
            asked.await();
        } finally {
            ended.countDown();
        }
        return Shell.DONE;
    }

    /** Runs when the process is told to end: everything is closed before it does. */
    private static void stop(CountDownLatch asked, CountDownLatch ended) {
        asked.countDown();
        try {
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
