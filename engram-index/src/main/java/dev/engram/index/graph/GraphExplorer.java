package dev.engram.index.graph;

import dev.engram.index.VectorIndex.Query;
import dev.engram.index.codes.RowQuery;
import dev.engram.index.kernel.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * Explores a graph whose links and vectors lie apart: by the vectors themselves, or by their codes
 * with the best rescored.
 */
final class GraphExplorer implements Explorer {

    private final SealedGraph graph;
    private final Walk walk;

    /** What codes need, null where there are none. */
    private final @Nullable Coded coded;

    /** How a walk by codes ends. */
    record Coded(RowQuery query, Rescore rescore) {}

    GraphExplorer(SealedGraph graph, Walk walk, @Nullable Coded coded) {
        this.graph = graph;
        this.walk = walk;
        this.coded = coded;
    }

    @Override
    public boolean explore(Query query, @Nullable AcceptedNodes accepted, long comparisonsMax) {
        walk.ask(query.vector());
        long start = walk.descend(graph.entry(), graph.levels(), 0);
        boolean finished = walk.searchBase(start, query, accepted, comparisonsMax);
        if (coded != null && finished) {
            coded.rescore.score(query, coded.query, walk.nearest());
        }
        return finished;
    }

    @Override
    public Nearest found() {
        return coded == null ? walk.nearest() : coded.rescore.rescored();
    }

    @Override
    public Tally tally() {
        return coded == null
                ? new Tally(walk.comparisons(), 0, 0)
                : new Tally(coded.rescore.comparisons(), walk.comparisons(), 0);
    }

    @Override
    public Effort effort() {
        return Effort.OF_WALK;
    }
}
