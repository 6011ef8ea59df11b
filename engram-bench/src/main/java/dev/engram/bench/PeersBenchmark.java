package dev.engram.bench;

import dev.engram.cli.ann.Clock;
import dev.engram.cli.ann.Queries;
import dev.engram.cli.ann.Stopwatch;
import dev.engram.cli.vectors.Part;
import dev.engram.cli.vectors.VectorFile;
import dev.engram.index.Metric;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * One peer on the JVM at work: builds its index, says so, then measures a round at every line read.
 * Speaks as {@code bench/peers/peers.py} does, so that one script runs them all.
 */
public final class PeersBenchmark {

    private final Peer peer;
    private final float[][] queries;
    private final Judge judge;
    private final int k;

    private PeersBenchmark(Peer peer, float[][] queries, Judge judge, int k) {
        this.peer = peer;
        this.queries = queries;
        this.judge = judge;
        this.k = k;
    }

    /**
     * Runs until its input ends.
     *
     * @param args the engine, then {@code --base F --queries F --truth F --metric l2|ip|cosine
     *     --beam N,N,… -k N}
     */
    public static void main(String[] args) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        Metric metric = metric(option(options, "--metric"));
        int k = Integer.parseInt(option(options, "-k"));
        int[] beams =
                Arrays.stream(option(options, "--beam").split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray();
        float[][] base = rows(option(options, "--base"), Part.BASE, metric);
        float[][] queries = rows(option(options, "--queries"), Part.QUERIES, metric);
        Judge judge =
                new Judge(base, queries, truth(option(options, "--truth"), base.length, k), metric);
        long start = Clock.process();
        try (Peer peer = Peer.build(args[0], base, metric)) {
            double seconds = (Clock.process() - start) / 1e9;
            say(
                    String.format(
                            Locale.ROOT,
                            "{\"name\":\"%s\",\"build\":{\"cpu_seconds\":%f},\"bytes\":%d}",
                            args[0],
                            seconds,
                            peer.bytes()));
            new PeersBenchmark(peer, queries, judge, k).rounds(beams);
        }
    }

    private static String option(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing");
        }
        return value;
    }

    private static Metric metric(String name) {
        return switch (name) {
            case "l2" -> Metric.EUCLIDEAN;
            case "ip" -> Metric.DOT;
            case "cosine" -> Metric.COSINE;
            default -> throw new IllegalArgumentException("metric: " + name);
        };
    }

    private static float[][] rows(String file, Part part, Metric metric) {
        try (Arena arena = Arena.ofConfined()) {
            return Queries.read(VectorFile.open(Path.of(file), part, arena), metric);
        }
    }

    private static int[][] truth(String file, int count, int k) {
        try (Arena arena = Arena.ofConfined()) {
            VectorFile ids = VectorFile.open(Path.of(file), Part.TRUTH, arena);
            int[][] truth = new int[ids.count()][k];
            for (int row = 0; row < truth.length; row++) {
                ids.copyIds(row, count - 1, truth[row]);
            }
            return truth;
        }
    }

    private void rounds(int... beams) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Stopwatch stopwatch = new Stopwatch(1, queries.length)) {
            boolean cold = true;
            while (in.readLine() != null) {
                if (cold) {
                    stopwatch.warmUp(search(beams[0]));
                    cold = false;
                }
                String searches =
                        Arrays.stream(beams)
                                .mapToObj(beam -> measure(stopwatch, beam))
                                .collect(Collectors.joining(","));
                say("{\"search\":[" + searches + "]}");
            }
        }
    }

    private String measure(Stopwatch stopwatch, int beam) {
        long hits = 0;
        for (int i = 0; i < queries.length; i++) {
            hits += judge.hits(i, ask(i, beam));
        }
        Stopwatch.Timing timing = stopwatch.time(search(beam));
        return String.format(
                Locale.ROOT,
                "{\"beam\":%d,\"recall\":%f,\"qps\":%f,\"p50_us\":%f,\"p99_us\":%f}",
                beam,
                hits / ((double) k * queries.length),
                timing.cpuRate(),
                timing.medianMicros(),
                timing.slowMicros());
    }

    private IntConsumer search(int beam) {
        return i -> ask(i, beam);
    }

    private int[] ask(int query, int beam) {
        try {
            return peer.search(queries[query], k, beam);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
