package dev.engram.db.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.testkit.Seeded;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

@Seeded
final class RowNumbersTest {

    @Test
    void findsEachRowAtItsOrdinal(RandomGenerator random) {
        long[] rows =
                LongStream.generate(() -> random.nextLong(1000))
                        .limit(200)
                        .sorted()
                        .distinct()
                        .toArray();
        RowNumbers numbers = RowNumbers.of(rows);
        assertThat(numbers.isContiguous()).isFalse();
        for (long row = -2; row < 1002; row++) {
            int ordinal = numbers.find(row);
            boolean there = Arrays.binarySearch(rows, row) >= 0;
            assertThat(ordinal >= 0).isEqualTo(there);
            assertThat(ordinal >= 0 ? numbers.at(ordinal) : row).isEqualTo(row);
            assertThat(ordinal).isGreaterThanOrEqualTo(-1);
        }
    }

    @Test
    void knowsARunWithoutGaps() {
        RowNumbers numbers = RowNumbers.of(new long[] {5, 6, 7});
        assertThat(numbers.isContiguous()).isTrue();
        assertThat(numbers.first()).isEqualTo(5);
        assertThat(numbers.count()).isEqualTo(3);
        assertThat(numbers.at(2)).isEqualTo(7);
        assertThat(numbers.find(4)).isEqualTo(-1);
        assertThat(numbers.find(5)).isZero();
        assertThat(numbers.find(8)).isEqualTo(-1);
        assertThat(RowNumbers.of(new long[0]).find(0)).isEqualTo(-1);
    }
}
