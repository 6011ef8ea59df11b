package dev.engram.cli;

import dev.engram.cli.ann.ExactScan;
import dev.engram.cli.ann.GroundTruth;
import dev.engram.cli.ann.KeptIndex;
import dev.engram.cli.ann.Queries;
import dev.engram.cli.ann.Stopwatch;
import dev.engram.cli.vectors.Part;
import dev.engram.cli.vectors.VectorFile;
import dev.engram.error.ConflictException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Workers;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Indexes the vectors of a file, asks the queries of another, and compares with the truth. */
@Command(
        name = "ann",
        mixinStandardHelpOptions = true,
        description = {
            "Measure the vector index alone: recall, searches a second, latency, bytes.",
            "Reads .fvecs .bvecs .ivecs .fbin .npy and the .hdf5 files of ann-benchmarks, which"
                    + " hold base, queries and truth in one."
        })
final class AnnCommand implements Callable<Integer> {

    private static final int COUNT_MAX = 1_000_000;
    private static final int THREADS_MAX = 1024;

    @Mixin Common common;

    @Option(
            names = "--base",
            paramLabel = "FILE",
            description =
                    "The vectors. Without it, what an earlier run saved is searched, and the file"
                            + " is not looked at.")
    @Nullable Path basePath;

    @Option(
            names = "--queries",
            required = true,
            paramLabel = "FILE",
            description = "What is asked for.")
    Path queryPath;

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description = "The nearest vectors of each query; computed where not given.")
    @Nullable Path truthPath;

    @Option(names = "--metric", description = "l2, ip or cosine (default: ${DEFAULT-VALUE}).")
    MetricName metric = MetricName.L2;

    @Mixin IndexOptions indexOptions;

    @Option(
            names = "--beam",
            split = ",",
            paramLabel = "N",
            description = "Candidates held in a search, one or more (default: ${DEFAULT-VALUE}).")
    List<Integer> beams = List.of(10, 16, 24, 32, 48, 64, 96, 128);

    @Option(
            names = "--recall",
            split = ",",
            paramLabel = "R",
            description =
                    "Recalls to search for, 0..1, in place of beams: scan knows since its build how"
                            + " many vectors to score for them.")
    List<Double> recalls = List.of();

    @Option(names = "-k", description = "Answers a query (default: ${DEFAULT-VALUE}).")
    int k = 10;

    @Option(names = "--threads", description = "That search at once (default: ${DEFAULT-VALUE}).")
    int threads = 1;

    @Option(names = "--build-threads", description = "That build (default: ${DEFAULT-VALUE}).")
    int buildThreads = 1;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description =
                    "Keep the index here; a later run with the same input and settings uses it.")
    @Nullable Path save;

    @Option(
            names = "--clock",
            description =
                    "What qps counts: cpu, the time of the searching threads, or wall (default:"
                            + " ${DEFAULT-VALUE}).")
    ClockKind clock = ClockKind.CPU;

    @Option(names = "--format", description = "text or json (default: text).")
    Format format = Format.TEXT;

    /** How near two vectors are, as benchmarks name it. */
    enum MetricName {
        L2(Metric.EUCLIDEAN),
        IP(Metric.DOT),
        COSINE(Metric.COSINE);

        private final Metric metric;

        MetricName(Metric metric) {
            this.metric = metric;
        }
    }

    /** The clock by which searches a second are counted. */
    enum ClockKind {
        CPU,
        WALL
    }

    @Override
    public Integer call() throws IOException {
        checkSettings();
        IndexSpec spec = indexOptions.spec();
        try (Arena files = Arena.ofShared()) {
            VectorFile base =
                    basePath == null
                            ? null
                            : VectorFile.open(common.resolve(basePath), Part.BASE, files);
            VectorFile asked = VectorFile.open(common.resolve(queryPath), Part.QUERIES, files);
            VectorFile truth =
                    truthPath == null
                            ? null
                            : VectorFile.open(common.resolve(truthPath), Part.TRUTH, files);
            if (base != null) {
                checkDimension(asked, base.dimension(), base.name());
                check("k", k, base.count());
            }
            float[][] queries = Queries.read(asked, metric.metric);
            AnnReport report = kept(spec, base, queries, truth);
            switch (format) {
                case TEXT -> report.text(common.terminal().out());
                case JSON -> report.json(common.terminal().out(), clock);
            }
        }
        return Shell.DONE;
    }

    private void checkSettings() {
        check("k", k, COUNT_MAX);
        for (int beam : beams) {
            check("beam", beam, COUNT_MAX);
        }
        for (double recall : recalls) {
            if (!(recall >= 0 && recall <= 1)) {
                throw new IllegalArgumentException("recall: " + recall + " (expected: 0..1)");
            }
        }
        check("threads", threads, THREADS_MAX);
        check("build-threads", buildThreads, THREADS_MAX);
    }

    private static void check(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1.." + max + ")");
        }
    }

    private static void checkDimension(VectorFile asked, int dimension, String as) {
        if (asked.dimension() != dimension) {
            throw new ConflictException(
                    "queries "
                            + asked.name()
                            + ": dimension "
                            + asked.dimension()
                            + " (expected: "
                            + dimension
                            + ", as "
                            + as
                            + ")");
        }
    }

    private AnnReport kept(
            IndexSpec spec,
            @Nullable VectorFile base,
            float[][] queries,
            @Nullable VectorFile truth)
            throws IOException {
        if (save != null) {
            return measure(new DiskStorage(common.resolve(save)), spec, base, queries, truth);
        }
        if (base == null) {
            throw new IllegalArgumentException(
                    "--base: none (expected: a file, or the folder of an index with --save)");
        }
        Storage scratch = new DiskStorage(Files.createTempDirectory("engram-ann"));
        try {
            return measure(scratch, spec, base, queries, truth);
        } finally {
            scratch.deleteAll();
        }
    }

    private AnnReport measure(
            Storage storage,
            IndexSpec spec,
            @Nullable VectorFile base,
            float[][] queries,
            @Nullable VectorFile truthFile) {
        KeptIndex kept = new KeptIndex(storage, spec, metric.metric, indexOptions.memoryBytesMax());
        KeptIndex.Build build = base == null ? kept.found() : build(kept, base);
        if (base == null) {
            check("k", k, build.vectors());
        }
        try (Arena arena = Arena.ofShared()) {
            long start = System.nanoTime();
            try (KeptIndex.Opened opened = kept.open(arena)) {
                opened.index().search(new Query(queries[0], k, beams.getFirst(), null));
                double loadMillis = (System.nanoTime() - start) / 1e6;
                GroundTruth truth = truth(kept, opened, queries, truthFile);
                if (!recalls.isEmpty()) {
                    beams = recalls.stream().map(r -> scored(opened.index(), r)).toList();
                }
                long codeBytes = opened.index().codeBytes();
                return new AnnReport(
                        build,
                        kept.graphBytes() - codeBytes,
                        codeBytes,
                        kept.vectorBytes(),
                        opened.residentBytes(),
                        loadMillis,
                        searches(opened.index(), queries, truth));
            }
        }
    }

    /** The beam that a recall takes, as the index knows it. */
    private int scored(VectorIndex index, double recall) {
        int scored = index.scored(k, recall);
        if (scored == 0) {
            throw new IllegalArgumentException(
                    "--recall: %s with --index %s (expected: --index scan, or --beam)"
                            .formatted(recall, indexOptions.kind.name().toLowerCase(Locale.ROOT)));
        }
        return scored;
    }

    private KeptIndex.Build build(KeptIndex kept, VectorFile base) {
        ExecutorService pool = Executors.newFixedThreadPool(buildThreads);
        try (Progress progress = Progress.start(common, "Indexing", "vectors", base.count())) {
            return kept.build(base, new Workers(pool, buildThreads), progress::to);
        } finally {
            pool.shutdownNow();
        }
    }

    private GroundTruth truth(
            KeptIndex kept, KeptIndex.Opened opened, float[][] queries, @Nullable VectorFile file) {
        if (file != null) {
            return GroundTruth.read(file, opened.exact(), queries, k);
        }
        try (Progress progress =
                        Progress.start(common, "Exact answers", "queries", queries.length);
                Arena arena = Arena.ofShared()) {
            return new ExactScan(kept.vectors(arena), metric.metric, k)
                    .truth(opened.exact(), queries, Math.max(threads, buildThreads), progress::to);
        }
    }

    private List<AnnReport.Search> searches(
            VectorIndex index, float[][] queries, GroundTruth truth) {
        List<AnnReport.Search> searches = new ArrayList<>();
        try (Stopwatch stopwatch = new Stopwatch(threads, queries.length)) {
            stopwatch.warmUp(search(index, queries, beams.getFirst()));
            for (int beam : beams) {
                SearchCost cost = new SearchCost();
                long hits = 0;
                for (int i = 0; i < queries.length; i++) {
                    Query query = new Query(queries[i], k, beam, null);
                    hits += truth.hits(i, index.search(query, cost));
                }
                searches.add(
                        new AnnReport.Search(
                                beam,
                                hits / ((double) k * queries.length),
                                stopwatch.time(search(index, queries, beam)),
                                cost.distances() / (double) queries.length,
                                cost.reranked() / (double) queries.length,
                                cost.pages() / (double) queries.length));
            }
        }
        return searches;
    }

    private IntConsumer search(VectorIndex index, float[][] queries, int beam) {
        return i -> index.search(new Query(queries[i], k, beam, null));
    }
}
