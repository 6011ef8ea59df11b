package dev.engram.index.graph;

import dev.engram.index.VectorIndex.Query;
import dev.engram.index.kernel.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * One search at a time through the graph of an index, in whatever layout it is stored, with all the
 * memory that takes. Not safe for several threads.
 */
sealed interface Explorer permits BlocksExplorer, GraphExplorer {

    /**
     * Looks for the nodes nearest to a query and leaves them in {@link #found}.
     *
     * @param accepted who may be answered; null for all
     * @param comparisonsMax where to give up, in comparisons of full vectors or what takes as long
     * @return whether it came to an end before {@code comparisonsMax}; false, too, where it found
     *     out that a scan is faster
     */
    boolean explore(Query query, @Nullable AcceptedNodes accepted, long comparisonsMax);

    /** Keys with exact distances of at least k nodes, where so many were met. */
    Nearest found();

    /** What was compared since this explorer was made. */
    Tally tally();

    /** How long a search takes. */
    Effort effort();
}
