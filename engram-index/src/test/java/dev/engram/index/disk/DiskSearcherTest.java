package dev.engram.index.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.UnavailableException;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Rows;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.Storage;
import dev.engram.testkit.MemoryStorage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class DiskSearcherTest {

    private static final Metric METRIC = Metric.EUCLIDEAN;
    private static final int COUNT = 3000;

    private final float[][] rows = Rows.clustered(new Random(5), METRIC, COUNT, 24, 20);
    private final Storage storage = new MemoryStorage();
    private final AtomicInteger readByHelpers = new AtomicInteger();
    private final AtomicInteger readsUntilFailure = new AtomicInteger(Integer.MAX_VALUE);

    /** A disk that takes its time. */
    private final class SlowInput implements Storage.Input {

        private final Storage.Input inner = storage.open("disk");

        @Override
        public void read(long position, MemorySegment into) {
            LockSupport.parkNanos(100_000);
            if (readsUntilFailure.decrementAndGet() <= 0) {
                throw new UnavailableException("the disk fell out");
            }
            readByHelpers.addAndGet(Thread.currentThread().isVirtual() ? 1 : 0);
            inner.read(position, into);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private DiskSearcher searcher(Storage.Input input, Arena arena) {
        DiskFile file = DiskFile.open(METRIC, storage, "disk", arena);
        Blocks blocks = Blocks.open(file, input, 0, arena);
        return new DiskSearcher(file, blocks, METRIC, Instructions.best(), arena);
    }

    private List<List<Neighbour>> answers(DiskSearcher searcher) {
        List<List<Neighbour>> answers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            searcher.explore(new Query(rows[i], 10, 20, null), 20, 20, null);
            answers.add(searcher.found().neighbours());
        }
        return answers;
    }

    @Test
    void readsTogetherWhereTheDiskIsSlowAndAnswersTheSame() {
        Indexes.build(
                new IndexSpec.DiskAnn(8, 20, 1.2, 0, 1),
                Rows.of(24, rows),
                METRIC,
                storage,
                "disk");
        try (Arena arena = Arena.ofShared();
                Storage.Input fast = storage.open("disk");
                Storage.Input slow = new SlowInput()) {
            List<List<Neighbour>> expected = answers(searcher(fast, arena));
            assertThat(answers(searcher(slow, arena))).isEqualTo(expected);
            assertThat(readByHelpers).hasPositiveValue();
        }
    }

    @Test
    void failsWhereAHelpersReadFails() {
        Indexes.build(
                new IndexSpec.DiskAnn(8, 20, 1.2, 0, 1),
                Rows.of(24, rows),
                METRIC,
                storage,
                "disk");
        try (Arena arena = Arena.ofShared();
                Storage.Input slow = new SlowInput()) {
            DiskSearcher searcher = searcher(slow, arena);
            for (int reads = 4; reads < 12; reads++) {
                readsUntilFailure.set(reads);
                assertThatThrownBy(() -> answers(searcher))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessage("the disk fell out");
            }
            readsUntilFailure.set(Integer.MAX_VALUE);
            assertThat(answers(searcher)).hasSize(30);
        }
    }
}
