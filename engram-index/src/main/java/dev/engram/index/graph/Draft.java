package dev.engram.index.graph;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A graph while it is built: its links, and what a build knows besides.
 *
 * @param baseLengths the lengths of the links on the base, in a block of the same shape, so that a
 *     full list is thinned without computing them again
 * @param upperLengths the same for the levels above
 * @param levels how high every node stands
 * @param slotOrdinals the ordinals of the slots, ascending
 */
record Draft(
        Vectors vectors,
        Kernel kernel,
        Links links,
        MemorySegment baseLengths,
        MemorySegment upperLengths,
        Twins twins,
        @Nullable Lift lift,
        byte[] levels,
        int[] slotOrdinals,
        int beam) {

    /** Lays out a graph without links. */
    static Draft of(IndexSpec.Hnsw spec, Vectors vectors, Metric metric, Arena arena) {
        Twins twins = Twins.of(vectors);
        Levels draw = new Levels(spec.seed(), spec.degree());
        byte[] levels = new byte[vectors.count()];
        int lists = 0;
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) (twins.isTwin(i) ? 0 : draw.of(i));
            lists = Math.addExact(lists, levels[i]);
        }
        int[] slotOrdinals = IntStream.range(0, levels.length).filter(i -> levels[i] > 0).toArray();
        Links links =
                Links.allocate(
                        arena,
                        vectors.count(),
                        slotOrdinals.length,
                        lists,
                        twins.count(),
                        spec.degree());
        int list = 0;
        for (int slot = 0; slot < slotOrdinals.length; slot++) {
            HnswLayout.setPair(links.slots(), slot, slotOrdinals[slot], list);
            list += levels[slotOrdinals[slot]];
        }
        twins.write(links.twins().pairs().all());
        return new Draft(
                vectors,
                Kernel.of(metric),
                links,
                arena.allocate(Math.max(1, links.base().byteSize()), 64),
                arena.allocate(Math.max(1, links.upper().byteSize()), 64),
                twins,
                Lift.of(vectors, metric),
                levels,
                slotOrdinals,
                spec.beamBuild());
    }

    /**
     * Lays out a graph of one level, without links.
     *
     * @param capacity links a node can have at a time; even
     */
    static Draft ofOneLevel(int capacity, int beam, Vectors vectors, Metric metric, Arena arena) {
        Twins twins = Twins.of(vectors);
        Links links = Links.allocate(arena, vectors.count(), 0, 0, twins.count(), capacity / 2);
        twins.write(links.twins().pairs().all());
        return new Draft(
                vectors,
                Kernel.of(metric),
                links,
                arena.allocate(Math.max(1, links.base().byteSize()), 64),
                links.upper(),
                twins,
                Lift.of(vectors, metric),
                new byte[vectors.count()],
                new int[0],
                beam);
    }

    MemorySegment lengths(int level) {
        return level == 0 ? baseLengths : upperLengths;
    }

    /** Whether a vector stands in the graph, and there on a level. */
    boolean stands(int ordinal, int level) {
        return levels[ordinal] >= level && !twins.isTwin(ordinal);
    }

    /** The number of a node on a level where it stands. */
    int node(int level, int ordinal) {
        return level == 0 ? ordinal : Arrays.binarySearch(slotOrdinals, ordinal);
    }
}
