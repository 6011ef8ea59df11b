package dev.engram.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class GrowingBlocksTest {

    @Test
    void placeEveryRecordInOneChunk() {
        for (long recordBytes : new long[] {1 << 20, 1 << 16, 388, 100}) {
            GrowingBlocks blocks = new GrowingBlocks(recordBytes);
            long spot = 0;
            int chunkBefore = 0;
            for (int record = 0; record < 3_000_000; record += 1 + record / 100) {
                int chunk = blocks.chunk(record);
                assertThat(record - blocks.start(chunk)).isNotNegative();
                assertThat(record - blocks.start(chunk + 1)).isNegative();
                assertThat(blocks.offset(record))
                        .isEqualTo((record - blocks.start(chunk)) * recordBytes);
                assertThat(chunk).isGreaterThanOrEqualTo(chunkBefore);
                chunkBefore = chunk;
                spot++;
            }
            assertThat(spot).isGreaterThan(100);
        }
    }

    @Test
    void growWithoutMovingWhatIsThere() {
        GrowingBlocks blocks = new GrowingBlocks(1024);
        blocks.reserve(1);
        MemorySegment first = blocks.bytes(0);
        long before = blocks.bytes();
        assertThat(first.byteSize()).isEqualTo(before);
        blocks.reserve(5000);
        assertThat(blocks.bytes(0)).isSameAs(first);
        assertThat(blocks.bytes()).isBetween(5000L * 1024, 2 * 5000L * 1024);
        blocks.reserve(10);
        assertThat(blocks.bytes()).as("never shrinks").isGreaterThanOrEqualTo(5000L * 1024);
    }
}
