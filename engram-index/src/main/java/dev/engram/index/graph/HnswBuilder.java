package dev.engram.index.graph;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Kernel;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;

/**
 * Builds a hierarchical navigable small world graph: Malkov and Yashunin, "Efficient and robust
 * approximate nearest neighbor search using Hierarchical Navigable Small World graphs", 2018.
 *
 * <p>Nodes are inserted in batches, so that the outcome does not depend on the number of threads:
 *
 * <pre>
 *   for each batch
 *     connect     each node searches the graph as it stood before the batch, compares itself with
 *                 its earlier siblings in the batch, and writes its own lists      (parallel)
 *     link back   each node that was chosen takes up those who chose it            (parallel)
 *     entry       moves to the first node that stands higher than all before
 * </pre>
 */
final class HnswBuilder {

    /** Small enough that to compare siblings costs little, large enough to keep threads busy. */
    private static final int BATCH = Kernel.BLOCK;

    private final Draft draft;
    private final Crew crew;
    private final ConcurrentLinkedQueue<Inserter> idle = new ConcurrentLinkedQueue<>();
    private int entry;
    private int top = -1;

    private HnswBuilder(Draft draft, Workers workers) {
        this.draft = draft;
        this.crew = new Crew(workers);
    }

    /**
     * @param arena owns the graph; must let other threads in where the workers have some
     * @param progress is told from time to time how many vectors are in
     */
    static HnswGraph build(
            IndexSpec.Hnsw spec,
            Vectors vectors,
            Metric metric,
            Workers workers,
            IntConsumer progress,
            Arena arena) {
        HnswBuilder builder = new HnswBuilder(Draft.of(spec, vectors, metric, arena), workers);
        for (int first = 0; first < vectors.count(); first += BATCH) {
            int last = Math.min(vectors.count(), first + BATCH);
            builder.insert(first, last);
            progress.accept(last);
        }
        return new HnswGraph(builder.draft.links(), builder.entry, Math.max(0, builder.top));
    }

    private void insert(int first, int last) {
        crew.run(last - first, i -> connect(first + i, first));
        int levels = 0;
        for (int ordinal = first; ordinal < last; ordinal++) {
            levels = Math.max(levels, draft.levels()[ordinal]);
        }
        for (int level = 0; level <= levels; level++) {
            linkBack(Backlinks.of(draft, level, first, last), level);
        }
        for (int ordinal = first; ordinal < last; ordinal++) {
            if (draft.levels()[ordinal] > top) {
                top = draft.levels()[ordinal];
                entry = draft.node(top, ordinal);
            }
        }
    }

    private void connect(int ordinal, int first) {
        if (draft.stands(ordinal, 0)) {
            Inserter inserter = take();
            inserter.connect(ordinal, first, entry, top);
            idle.add(inserter);
        }
    }

    private void linkBack(Backlinks backlinks, int level) {
        crew.run(
                backlinks.groups(),
                group -> {
                    Inserter inserter = take();
                    backlinks.apply(
                            group,
                            (node, keys, from, to) ->
                                    inserter.linkBack(level, node, keys, from, to));
                    idle.add(inserter);
                });
    }

    private Inserter take() {
        Inserter inserter = idle.poll();
        return inserter == null ? new Inserter(draft) : inserter;
    }
}
