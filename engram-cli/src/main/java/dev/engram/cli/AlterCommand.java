package dev.engram.cli;

import dev.engram.db.Collection;
import dev.engram.db.Database;
import dev.engram.db.Job;
import dev.engram.db.Models;
import dev.engram.error.UnavailableException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives an index another kind or other codes, without its documents being read again. */
@Command(
        name = "alter",
        mixinStandardHelpOptions = true,
        description = {
            "Give an index another kind, or other codes.",
            "Documents are not read and embedded again; what is not named stays as it is. Cut off,"
                    + " it goes on when the index is next opened to be written to."
        })
final class AlterCommand implements Callable<Integer> {

    private static final long LOOK_MILLIS = 200;

    @Mixin Common common;

    @Parameters(paramLabel = "NAME", description = "The index.")
    String name;

    @Option(
            names = {"--index", "--backend", "--backend-name"},
            paramLabel = "KIND",
            description = "flat, hnsw, diskann, ivf_pq or scan (default: as it is).")
    @Nullable IndexKind kind;

    @Option(
            names = "--codes",
            paramLabel = "CODES",
            description =
                    "Of hnsw: none, sq8, rabitq1, rabitq2, rabitq3, rabitq4, pq or blocks (default:"
                            + " as they are).")
    @Nullable Codes codes;

    @Option(
            names = "--graph-degree",
            paramLabel = "N",
            description = "Links of a node of hnsw or diskann (default: as it is).")
    @Nullable Integer degree;

    @Option(
            names = {"--build-complexity", "--beam-build"},
            paramLabel = "N",
            description =
                    "Candidates held while a node of hnsw or diskann is linked (default: as it"
                            + " is).")
    @Nullable Integer beamBuild;

    @Override
    public Integer call() {
        try (Database database = common.openExisting(Models.NONE)) {
            Collection collection = database.collection(name);
            collection.alter(spec(collection.info().index()));
            await(collection);
            long records = collection.info().records();
            common.say(
                    "'%s' is %s now (%s)."
                            .formatted(
                                    name,
                                    Figures.kind(collection.info().index()),
                                    Figures.count(records, "record")));
        }
        return Shell.DONE;
    }

    private IndexSpec spec(IndexSpec now) {
        if (kind == null && codes == null && degree == null && beamBuild == null) {
            throw new IllegalArgumentException(
                    "nothing to alter (expected: --index, --codes, --graph-degree or"
                            + " --build-complexity)");
        }
        IndexKind wanted = kind == null ? IndexKind.of(now) : kind;
        return switch (wanted) {
            case FLAT, IVF_PQ, SCAN -> {
                checkNoGraph(wanted);
                yield IndexKind.of(now) == wanted ? now : wanted.spec();
            }
            case HNSW -> {
                IndexSpec.Hnsw from =
                        now instanceof IndexSpec.Hnsw hnsw ? hnsw : new IndexSpec.Hnsw();
                yield new IndexSpec.Hnsw(
                        or(degree, from.degree()),
                        beamBuild(from.beamBuild(), from.degree()),
                        from.seed(),
                        or(codes, from.codes()));
            }
            case DISKANN -> {
                checkNoCodes(wanted);
                IndexSpec.DiskAnn from =
                        now instanceof IndexSpec.DiskAnn disk ? disk : new IndexSpec.DiskAnn();
                yield new IndexSpec.DiskAnn(
                        or(degree, from.degree()),
                        beamBuild(from.beamBuild(), from.degree()),
                        from.alpha(),
                        from.codeBytes(),
                        from.seed());
            }
        };
    }

    private void checkNoGraph(IndexKind wanted) {
        checkNoCodes(wanted);
        if (degree != null || beamBuild != null) {
            throw new IllegalArgumentException(
                    "--graph-degree and --build-complexity are of graphs (expected: --index hnsw"
                            + " or diskann, or none of them)");
        }
    }

    private void checkNoCodes(IndexKind wanted) {
        if (codes != null) {
            throw new IllegalArgumentException(
                    "--codes: %s with %s (expected: --index hnsw, or none)"
                            .formatted(codes, wanted.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** No node is linked to more candidates than are held. */
    private int beamBuild(int beamNow, int degreeNow) {
        return beamBuild == null ? Math.max(beamNow, or(degree, degreeNow)) : beamBuild;
    }

    private static <T> T or(@Nullable T wish, T now) {
        return wish == null ? now : wish;
    }

    private void await(Collection collection) {
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
                Progress progress = Progress.start(common, "Altering", "steps", 0)) {
            Future<?> settled = thread.submit(collection::settle);
            while (!isDone(settled)) {
                show(collection.jobs(), progress);
            }
        }
    }

    private static void show(List<Job> jobs, Progress progress) {
        for (Job job : jobs) {
            if (job.state() == Job.State.RUNNING) {
                progress.most(job.all());
                progress.to(job.done());
                progress.note(job.cause());
            }
        }
    }

    private static boolean isDone(Future<?> settled) {
        try {
            settled.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted; it goes on with the next write", e);
        } catch (ExecutionException e) {
            throw escaped(e);
        }
    }

    private static RuntimeException escaped(ExecutionException trouble) {
        if (trouble.getCause() instanceof RuntimeException known) {
            return known;
        }
        throw new AssertionError("settle failed", trouble);
    }
}
