package dev.engram.db.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.VectorIndex;
import dev.engram.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Chunks become one part with a graph, whatever happens to their rows meanwhile. */
@Seeded
final class LinkedRowsTest {

    private static final int DIMENSION = 8;
    private static final IndexSpec.Hnsw GRAPH = new IndexSpec.Hnsw(8, 40, 5);
    private static final ShardSettings SETTINGS =
            new ShardSettings(1, DIMENSION, Metric.EUCLIDEAN, GRAPH, GRAPH, 32L << 20);
    private static final int CHUNK = MemoryChunk.rowsMax(SETTINGS);

    private final Parts parts = new Parts(SETTINGS);
    private final List<float[]> vectors = new ArrayList<>();

    /** Adds rows, numbered from 1 on, each by a commit of its own at a time that is its number. */
    private void add(RandomGenerator random, int count) {
        List<Shard.NewRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] vector = new float[DIMENSION];
            for (int c = 0; c < DIMENSION; c++) {
                vector[c] = random.nextFloat();
            }
            vectors.add(vector);
            rows.add(new Shard.NewRow(vectors.size(), vectors.size(), 0, vector));
        }
        parts.apply(rows, List.of());
    }

    private void bury(long row, long ts) {
        parts.apply(List.of(), List.of(new Shard.DeadRow(row, ts)));
    }

    private static @Nullable Part link(Parts.LinkPlan plan, LinkedRows rows) {
        return rows.link(plan.from(), Pace.FREE, () -> false);
    }

    private void linkAll() {
        Parts.LinkPlan plan = parts.linkable();
        LinkedRows rows = plan.before() == null ? new LinkedRows(GRAPH, SETTINGS) : plan.before();
        Part made = link(plan, rows);
        assertThat(made).isNotNull();
        parts.link(plan, rows, made);
    }

    /**
     * The rows that a scan of all parts shows at a time, each with the vector it was added with.
     */
    private List<Long> seen(long ts) {
        List<Long> seen = new ArrayList<>();
        try (Presence presence = new Presence(parts.hold(), ts)) {
            for (long row = 1; row <= vectors.size(); row++) {
                if (presence.committed(row) != Presence.NOT_SEEN) {
                    assertThat(presence.committed(row)).isEqualTo(row);
                    seen.add(row);
                }
            }
            assertThat(presence.count()).isEqualTo(seen.size());
        }
        for (Part part : parts.now()) {
            for (int i = 0; i < part.rows().count(); i += 97) {
                float[] expected = vectors.get((int) part.rows().at(i) - 1);
                assertThat(part.vectors().row(i)).isEqualTo(expected);
            }
        }
        return seen;
    }

    @Test
    void takesFullChunksOneAfterTheOther(RandomGenerator random) {
        add(random, CHUNK);
        assertThat(parts.isLinkDue()).as("too few for a graph").isFalse();
        add(random, 2 * CHUNK + 7);
        assertThat(parts.isLinkDue()).isTrue();
        linkAll();
        assertThat(parts.isLinkDue()).isFalse();
        assertThat(parts.now()).hasSize(2);
        add(random, CHUNK);
        linkAll();
        assertThat(parts.now()).hasSize(2);
        assertThat(seen(Long.MAX_VALUE)).hasSize(4 * CHUNK + 7);
        assertThat(seen(100)).hasSize(100);
        add(random, 20);
        assertThat(parts.memoryRows()).isEqualTo(4 * CHUNK + 27);
    }

    @Test
    void findsWhatAScanFinds(RandomGenerator random) {
        add(random, 3 * CHUNK);
        List<Part> scanned = parts.now();
        linkAll();
        Part linked = parts.now().getFirst();
        int found = 0;
        for (int query = 0; query < 20; query++) {
            float[] vector = vectors.get(random.nextInt(vectors.size()));
            VectorIndex.Query wanted = new VectorIndex.Query(vector, 10, 64, null);
            List<Long> exact = new ArrayList<>();
            List<Shard.Found> all = new ArrayList<>();
            for (Part part : scanned) {
                for (Neighbour near : part.index().search(wanted)) {
                    all.add(new Shard.Found(part.rows().at(near.ordinal()), near.distance()));
                }
            }
            Shard.nearest(all, 10).forEach(it -> exact.add(it.number()));
            for (Neighbour near : linked.index().search(wanted)) {
                found += exact.contains(linked.rows().at(near.ordinal())) ? 1 : 0;
            }
        }
        assertThat(found).as("of 200 nearest").isGreaterThan(190);
    }

    @Test
    void carriesOverWhatDiesMeanwhile(RandomGenerator random) {
        add(random, 2 * CHUNK);
        bury(5, 90_000);
        Parts.LinkPlan plan = parts.linkable();
        LinkedRows rows = new LinkedRows(GRAPH, SETTINGS);
        Part made = link(plan, rows);
        bury(7, 90_001);
        assertThat(parts.gc(90_000)).containsExactly(5L);
        add(random, 3);
        assertThat(made).isNotNull();
        parts.link(plan, rows, made);
        assertThat(seen(90_000)).doesNotContain(5L).contains(7L).hasSize(2 * CHUNK + 2);
        assertThat(seen(90_001)).doesNotContain(5L, 7L).hasSize(2 * CHUNK + 1);
        bury(9, 90_002);
        assertThat(seen(90_002)).doesNotContain(9L);
    }

    @Test
    void isDroppedWhereTheRowsAreBeingSealed(RandomGenerator random) {
        add(random, 2 * CHUNK);
        Parts.LinkPlan plan = parts.linkable();
        LinkedRows rows = new LinkedRows(GRAPH, SETTINGS);
        Part made = link(plan, rows);
        parts.freeze();
        add(random, 2 * CHUNK + 1);
        assertThat(made).isNotNull();
        parts.link(plan, rows, made);
        assertThat(parts.frozen()).hasSize(2);
        assertThat(parts.now()).hasSize(5);
        linkAll();
        assertThat(parts.frozen()).hasSize(2);
        assertThat(parts.now()).hasSize(4);
        assertThat(seen(Long.MAX_VALUE)).hasSize(4 * CHUNK + 1);
        parts.freeze();
        assertThat(parts.frozen()).as("linked rows are sealed, too").hasSize(4);
    }

    @Test
    void goesOnWhereItWasEnded(RandomGenerator random) {
        add(random, 2 * CHUNK);
        linkAll();
        add(random, CHUNK);
        Parts.LinkPlan plan = parts.linkable();
        LinkedRows rows = plan.before();
        assertThat(rows).isNotNull();
        assertThat(rows.link(plan.from(), Pace.FREE, () -> true)).isNull();
        add(random, CHUNK);
        linkAll();
        assertThat(parts.now()).hasSize(1);
        assertThat(seen(Long.MAX_VALUE)).hasSize(4 * CHUNK);
    }
}
