package dev.engram.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.testkit.Damage;
import dev.engram.testkit.MemoryStorage;
import dev.engram.testkit.Seeded;
import dev.engram.testkit.SeededTest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Seeded
final class GuardedTest {

    private static final Kind KIND = new Kind("TEST", 1);
    private static final int CHUNK = SegmentLayout.CHUNK_BYTES;
    private static final int SECTION = 5;

    private final MemoryStorage storage = new MemoryStorage();
    private final Damage damage = new Damage(storage);

    private byte[] write(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        try (SegmentWriter writer = SegmentWriter.create(storage, "a", KIND)) {
            writer.section(0);
            writer.section(SECTION);
            writer.write(MemorySegment.ofArray(bytes));
            writer.finish();
        }
        return bytes;
    }

    private void flip(long offset) {
        damage.flipBit("a", 8 * (SegmentLayout.HEADER_BYTES + offset));
    }

    private Guarded open(Arena arena) {
        return SegmentFile.open(storage, "a", KIND, arena).guard(SECTION);
    }

    private static void assertRefused(Runnable read, int chunk) {
        assertThatThrownBy(read::run)
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("memory:/a at byte " + (64 + chunk * CHUNK))
                .hasMessageContaining("section 5 crc32c");
    }

    @SeededTest
    void handsOutWhatWasWritten(RandomGenerator random) {
        int length = random.nextInt(20 * CHUNK);
        byte[] written = write(random, length);
        try (Arena arena = Arena.ofConfined()) {
            Guarded guarded = open(arena);
            assertThat(guarded.byteSize()).isEqualTo(length);
            for (int i = 0; i < 100; i++) {
                int from = random.nextInt(length + 1);
                int some = random.nextInt(Math.min(length - from, 3 * CHUNK) + 1);
                MemorySegment read = guarded.range(from, some).asSlice(from, some);
                assertThat(read.mismatch(MemorySegment.ofArray(written).asSlice(from, some)))
                        .isEqualTo(-1);
            }
            assertThat(guarded.all().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(written);
        }
    }

    @SeededTest
    void refusesADamagedChunkWhereverItIsTouched(RandomGenerator random) {
        write(random, 30 * CHUNK - 7);
        int hit = random.nextInt(30);
        flip((long) hit * CHUNK + random.nextInt(CHUNK - 7));
        try (Arena arena = Arena.ofConfined()) {
            Guarded guarded = open(arena);
            long start = (long) hit * CHUNK;
            assertRefused(() -> guarded.range(start, 1), hit);
            assertRefused(() -> guarded.range(start + CHUNK - 8, 1), hit);
            assertRefused(guarded::all, hit);
            if (hit > 0) {
                assertRefused(() -> guarded.range(start - 1, 2), hit);
                assertRefused(() -> guarded.rows(new int[] {hit - 1}, 1, CHUNK + 1L), hit);
            }
            assertRefused(() -> guarded.rows(new int[] {0, hit * 16 + 3}, 2, CHUNK / 16), hit);
        }
    }

    @Test
    void readsNothingThatIsNotTouched() {
        write(new Random(1), 30 * CHUNK);
        flip(7L * CHUNK);
        try (Arena arena = Arena.ofConfined()) {
            Guarded guarded = open(arena);
            guarded.range(0, 7L * CHUNK);
            guarded.range(8L * CHUNK, 5L * CHUNK);
            guarded.rows(new int[] {20, 22}, 2, CHUNK);
            guarded.range(7L * CHUNK, 0);
            assertRefused(() -> guarded.range(7L * CHUNK, 1), 7);
        }
    }

    /** A search may never come to some places; they must not cost it a look for ever. */
    @Test
    void checksTheRestWhenNearlyAllIsChecked() {
        write(new Random(2), 64 * CHUNK);
        flip(63L * CHUNK + 5);
        try (Arena arena = Arena.ofConfined()) {
            Guarded guarded = open(arena);
            guarded.range(0, 60L * CHUNK);
            guarded.range(0, 1);
            guarded.range(0, 1);
            assertRefused(() -> guarded.range(0, 1), 63);
        }
    }

    @Test
    void knowsRowsOfAnyLength() {
        write(new Random(3), 12 * CHUNK);
        flip(6L * CHUNK);
        try (Arena arena = Arena.ofConfined()) {
            Guarded guarded = open(arena);
            guarded.rows(new int[] {0, 1}, 2, 3L * CHUNK - 1);
            assertRefused(() -> guarded.rows(new int[] {0, 1}, 2, 4L * CHUNK), 6);
        }
    }

    @Test
    void findsTheSameOnManyThreads() throws InterruptedException, ExecutionException {
        byte[] written = write(new Random(4), 100 * CHUNK + 1);
        try (Arena arena = Arena.ofShared();
                ExecutorService pool = Executors.newFixedThreadPool(4)) {
            Guarded guarded = open(arena);
            List<Future<Long>> sums = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                sums.add(pool.submit(() -> sum(guarded)));
            }
            long expected = IntStream.range(0, written.length).mapToLong(i -> written[i]).sum();
            for (Future<Long> sum : sums) {
                assertThat(sum.get()).isEqualTo(expected);
            }
        }
    }

    private static long sum(Guarded guarded) {
        long sum = 0;
        for (long at = 0; at < guarded.byteSize(); at += 1000) {
            long some = Math.min(1000, guarded.byteSize() - at);
            MemorySegment bytes = guarded.range(at, some);
            for (long i = at; i < at + some; i++) {
                sum += bytes.get(ValueLayout.JAVA_BYTE, i);
            }
        }
        return sum;
    }

    @Test
    void refusesADamagedListOfChecksums() {
        write(new Random(5), 3 * CHUNK);
        flip(3L * CHUNK + 4);
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> open(arena))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("checksums of section 5 crc32c");
        }
    }

    @Test
    void trustsWhatThisProcessMade() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[10]);
        Guarded guarded = Guarded.made(bytes);
        assertThat(guarded.range(3, 7)).isSameAs(bytes);
        assertThat(guarded.all()).isSameAs(bytes);
        assertThat(guarded.corrupt(3, "odd")).hasMessageContaining("at byte 3: odd");
    }
}
