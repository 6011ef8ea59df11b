package dev.engram.db.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class RowSetTest {

    @Test
    void findsItsRowsInAPart() {
        RowSet set = RowSet.of(1, 3, 5, 7, 9);
        assertThat(set.count()).isEqualTo(5);
        assertThat(set.ordinals(RowNumbers.contiguous(3, 4))).containsExactly(0, 2);
        assertThat(set.ordinals(RowNumbers.of(new long[] {2, 4, 5, 8, 9}))).containsExactly(2, 4);
        assertThat(set.ordinals(RowNumbers.contiguous(10, 4))).isEmpty();
        assertThat(set.ordinals(RowNumbers.contiguous(1, 0))).isEmpty();
        assertThat(RowSet.of().ordinals(RowNumbers.contiguous(1, 4))).isEmpty();
    }

    @Test
    void refusesDisorder() {
        assertThatThrownBy(() -> RowSet.of(1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1: 1 behind 1 (expected: ascending)");
    }
}
