package dev.engram.index.graph;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;

/**
 * A graph of one level in memory, every node of which can be reached in few hops from one entry: S.
 * Jayaram Subramanya and others, "DiskANN: Fast Accurate Billion-point Nearest Neighbor Search on a
 * Single Node", 2019. Nodes are numbered by ordinal; twins of an earlier vector are none.
 */
public final class Vamana {

    private final Links links;
    private final int entry;

    Vamana(Links links, int entry) {
        this.links = links;
        this.entry = entry;
    }

    /**
     * Builds a graph; the outcome does not depend on the number of threads.
     *
     * @param progress is told from time to time how much is done, as a number of vectors
     * @param arena owns the graph; must let other threads in where the workers have some
     */
    public static Vamana build(
            IndexSpec.DiskAnn spec,
            Vectors vectors,
            Metric metric,
            Workers workers,
            IntConsumer progress,
            Arena arena) {
        return VamanaBuilder.build(spec, vectors, metric, workers, progress, arena);
    }

    /** The node that is nearest to the middle of all; 0 where there is none. */
    public int entry() {
        return entry;
    }

    /** How many links a node has. */
    public int linkCount(int node) {
        return HnswLayout.linkCount(links.base(), links.list(0, node));
    }

    /** A link of a node, the nearest first. */
    public int link(int node, int index) {
        return HnswLayout.link(links.base(), links.list(0, node), index);
    }

    /** Who is no node, and who stands for them. */
    public TwinTable twins() {
        return links.twins();
    }

    /** The same as it is written to a file. */
    public MemorySegment twinPairs() {
        return links.twins().pairs().all();
    }
}
