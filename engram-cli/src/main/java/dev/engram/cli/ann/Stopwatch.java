package dev.engram.cli.ann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;

/**
 * Times searches by the processor time of the threads that search, so that what else the machine
 * does counts less, and by the wall.
 *
 * <p>Every thread asks all queries, each beginning at another. A round is one pass under one clock
 * for the rate and one with the clock read after every query; the medians of the rounds count.
 */
public final class Stopwatch implements AutoCloseable {

    private static final int ROUNDS = 3;
    private static final long ROUNDS_NANOS_MAX = 10_000_000_000L;
    private static final int WARM_SEARCHES = 20_000;
    private static final long WARM_NANOS_MAX = 5_000_000_000L;

    private final int threads;
    private final int queries;
    private final ExecutorService pool;

    /**
     * @param threads that search at the same time, >= 1
     * @param queries how many there are, >= 1
     */
    public Stopwatch(int threads, int queries) {
        this.threads = threads;
        this.queries = queries;
        this.pool = Executors.newFixedThreadPool(threads);
    }

    /**
     * How fast searches were.
     *
     * @param cpuRate searches a second of processor time, summed over the threads
     * @param wallRate searches a second on the wall
     * @param medianMicros half of the searches took at most so long, in processor time
     * @param slowMicros 99 of 100 did
     */
    public record Timing(double cpuRate, double wallRate, double medianMicros, double slowMicros) {}

    /** Searches until the JVM has compiled what a search needs. */
    public void warmUp(IntConsumer search) {
        long start = Clock.wall();
        onEach(
                thread -> {
                    int done = 0;
                    while (done < WARM_SEARCHES && Clock.wall() - start < WARM_NANOS_MAX) {
                        search.accept((first(thread) + done++) % queries);
                    }
                    return done;
                });
    }

    /**
     * Times the searches.
     *
     * @param search asks one query, by its number; is called by several threads at once
     */
    public Timing time(IntConsumer search) {
        List<double[]> rates = new ArrayList<>();
        List<long[]> latencies = new ArrayList<>();
        long start = Clock.wall();
        while (rates.isEmpty()
                || (rates.size() < ROUNDS && Clock.wall() - start < ROUNDS_NANOS_MAX)) {
            rates.add(rates(search));
            latencies.add(latencies(search));
        }
        long[] all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Timing(
                median(rates, 0),
                median(rates, 1),
                all[(all.length - 1) / 2] / 1e3,
                all[(int) ((all.length - 1) * 0.99)] / 1e3);
    }

    /** Searches a second of processor time and on the wall. */
    private double[] rates(IntConsumer search) {
        long wall = Clock.wall();
        long[] cpu =
                onEach(
                        thread -> {
                            long start = Clock.thread();
                            for (int i = 0; i < queries; i++) {
                                search.accept((first(thread) + i) % queries);
                            }
                            return Clock.thread() - start;
                        });
        wall = Clock.wall() - wall;
        double rate = 0;
        for (long nanos : cpu) {
            rate += queries * 1e9 / Math.max(1, nanos);
        }
        return new double[] {rate, (double) threads * queries * 1e9 / Math.max(1, wall)};
    }

    private long[] latencies(IntConsumer search) {
        long[] nanos = new long[threads * queries];
        onEach(
                thread -> {
                    long before = Clock.thread();
                    for (int i = 0; i < queries; i++) {
                        search.accept((first(thread) + i) % queries);
                        long now = Clock.thread();
                        nanos[thread * queries + i] = now - before;
                        before = now;
                    }
                    return before;
                });
        return nanos;
    }

    private int first(int thread) {
        return (int) ((long) thread * queries / threads);
    }

    private long[] onEach(IntToLongFunction body) {
        List<Future<Long>> running = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int number = thread;
            running.add(pool.submit(() -> body.applyAsLong(number)));
        }
        return running.stream().mapToLong(Join::of).toArray();
    }

    private static double median(List<double[]> rounds, int column) {
        double[] sorted = rounds.stream().mapToDouble(round -> round[column]).sorted().toArray();
        return sorted[(sorted.length - 1) / 2];
    }

    /** Ends the threads. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
