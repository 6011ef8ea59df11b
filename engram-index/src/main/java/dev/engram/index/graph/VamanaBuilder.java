package dev.engram.index.graph;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Builds a Vamana graph in two passes: the first inserts every node with alpha 1, the second
 * searches for every node again and keeps longer links too.
 *
 * <p>Nodes are taken in batches, so that the outcome does not depend on the number of threads:
 *
 * <pre>
 *   for each batch
 *     choose      each node searches the graph as it stood before the batch, and chooses its links
 *                 among all that it passed, those it has, and in the first pass its earlier
 *                 siblings in the batch                                               (parallel)
 *     write       each node gets the list that it chose                               (parallel)
 *     link back   each node that was chosen takes up those who chose it               (parallel)
 * </pre>
 *
 * Lists may grow by a quarter over the degree before they are thinned, which saves most of the
 * thinning; what is still over at the end is thinned then.
 */
final class VamanaBuilder {

    /** Small enough that to compare siblings costs little, large enough to keep threads busy. */
    private static final int BATCH = Kernel.BLOCK;

    private final Draft draft;
    private final int degree;
    private final int entry;
    private final Crew crew;
    private final IntConsumer progress;
    private final Selection[] selections;

    private VamanaBuilder(
            Draft draft, int degree, int entry, Workers workers, IntConsumer progress) {
        this.draft = draft;
        this.degree = degree;
        this.entry = entry;
        this.crew = new Crew(workers);
        this.progress = progress;
        this.selections = new Selection[BATCH];
        for (int i = 0; i < BATCH; i++) {
            selections[i] = new Selection(degree);
        }
    }

    /** The links that a node of a batch chose. */
    static final class Selection {

        final long[] keys;
        int count;

        Selection(int degree) {
            this.keys = new long[degree];
        }
    }

    static Vamana build(
            IndexSpec.DiskAnn spec,
            Vectors vectors,
            Metric metric,
            Workers workers,
            IntConsumer progress,
            Arena arena) {
        int capacity = (spec.degree() + spec.degree() / 4 + 1) & -2;
        Draft draft = Draft.ofOneLevel(capacity, spec.beamBuild(), vectors, metric, arena);
        int entry = vectors.count() == 0 ? 0 : Middle.nearest(vectors, draft.twins());
        VamanaBuilder builder = new VamanaBuilder(draft, spec.degree(), entry, workers, progress);
        builder.pass(Reach.of(1, metric, draft.lift()), true);
        builder.pass(Reach.of(spec.alpha(), metric, draft.lift()), false);
        return new Vamana(draft.links(), entry);
    }

    private void pass(Reach reach, boolean first) {
        Hands hands = new Hands(reach);
        int count = draft.vectors().count();
        for (int from = 0; from < count; from += BATCH) {
            int to = Math.min(count, from + BATCH);
            insert(hands, from, to, first);
            int half = first ? 0 : count / 2;
            progress.accept(to == count && !first ? count : half + to / 2);
        }
        if (!first) {
            forAll(hands, 0, count, node -> draft.stands(node, 0), VamanaInserter::thin);
        }
    }

    private void insert(Hands hands, int first, int last, boolean siblings) {
        IntPredicate stands = node -> draft.stands(node, 0);
        forAll(
                hands,
                first,
                last,
                stands,
                (inserter, node) ->
                        inserter.choose(
                                node, siblings ? first : node, entry, selections[node - first]));
        forAll(
                hands,
                first,
                last,
                stands,
                (inserter, node) -> inserter.write(node, selections[node - first]));
        Backlinks backlinks = Backlinks.of(draft, 0, first, last);
        forAll(
                hands,
                0,
                backlinks.groups(),
                _ -> true,
                (inserter, group) -> backlinks.apply(group, inserter));
    }

    private interface Step {

        void run(VamanaInserter inserter, int item);
    }

    private void forAll(Hands hands, int first, int last, IntPredicate which, Step step) {
        crew.run(
                last - first,
                i -> {
                    if (which.test(first + i)) {
                        VamanaInserter inserter = hands.take();
                        step.run(inserter, first + i);
                        hands.idle.add(inserter);
                    }
                });
    }

    /** The inserters of a pass: as many as threads worked on it at a time. */
    private final class Hands {

        private final ConcurrentLinkedQueue<VamanaInserter> idle = new ConcurrentLinkedQueue<>();
        private final Reach reach;

        Hands(Reach reach) {
            this.reach = reach;
        }

        VamanaInserter take() {
            VamanaInserter inserter = idle.poll();
            return inserter == null ? new VamanaInserter(draft, degree, reach) : inserter;
        }
    }

    /** Finds the node to start from. */
    private static final class Middle {

        static int nearest(Vectors vectors, Twins twins) {
            float[] middle = mean(vectors);
            Kernel kernel = Kernel.of(Metric.EUCLIDEAN);
            float[] distances = new float[Kernel.BLOCK];
            long best = Long.MAX_VALUE;
            for (int first = 0; first < vectors.count(); first += Kernel.BLOCK) {
                int count = Math.min(Kernel.BLOCK, vectors.count() - first);
                kernel.scan(middle, vectors.rows(), vectors.dimension(), first, count, distances);
                for (int i = 0; i < count; i++) {
                    if (!twins.isTwin(first + i)) {
                        best = Math.min(best, Keys.of(distances[i], first + i));
                    }
                }
            }
            return Keys.id(best);
        }

        private static float[] mean(Vectors vectors) {
            double[] sums = new double[vectors.dimension()];
            float[] row = new float[vectors.dimension()];
            for (int ordinal = 0; ordinal < vectors.count(); ordinal++) {
                vectors.copyRow(ordinal, row);
                for (int i = 0; i < row.length; i++) {
                    sums[i] += row[i];
                }
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (sums[i] / vectors.count());
            }
            return row;
        }
    }
}
