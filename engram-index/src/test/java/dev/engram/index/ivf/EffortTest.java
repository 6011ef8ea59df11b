package dev.engram.index.ivf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.index.VectorIndex.Query;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EffortTest {

    private static final int COUNT = 10_000;

    /** A list near the query, some about as near, and most far away. */
    private static final float[] CLEAR = ranks(0, 0.01f, 0.02f, 1, 1, 1, 1, 1, 1, 1);

    /** As many lists, one about as far as the next. */
    private static final float[] UNCLEAR = ranks(1, 1.1f, 1.2f, 1.3f, 1.4f, 1.5f, 1.6f, 1.7f, 1.8f, 2);

    private static float[] ranks(float... ranks) {
        return ranks;
    }

    private static Effort effort(int beam, int accepted) {
        return Effort.of(new Query(new float[1], 10, beam, null), COUNT, accepted, 1);
    }

    @Test
    void scansMoreListsWhereMoreMayHoldTheNearest() {
        assertThat(effort(64, COUNT).lists(CLEAR)).isEqualTo(3);
        assertThat(effort(64, COUNT).lists(UNCLEAR)).isEqualTo(3);
        assertThat(effort(10, COUNT).lists(CLEAR)).isEqualTo(3);
        assertThat(effort(10, COUNT).lists(UNCLEAR)).isEqualTo(1);
        assertThat(effort(10_000, COUNT).lists(UNCLEAR)).isEqualTo(8);
    }

    @Test
    void scansMoreListsWhereFewerVectorsAreAccepted() {
        assertThat(effort(10, COUNT / 4).lists(UNCLEAR)).isEqualTo(4);
        assertThat(effort(10, 1).lists(UNCLEAR)).isEqualTo(UNCLEAR.length);
    }

    @Test
    void scansNoMoreThanTwoListsForEachCandidateHoweverAlikeTheyAre() {
        float[] alike = new float[500];
        assertThat(effort(10, COUNT).lists(alike)).isEqualTo(20);
        assertThat(effort(10, COUNT / 2).lists(alike)).isEqualTo(40);
    }

    @Test
    void doesNotMindWhereTheScaleOfTheRanksStarts() {
        float[] shifted = new float[UNCLEAR.length];
        IntStream.range(0, shifted.length).forEach(i -> shifted[i] = 8 * UNCLEAR[i] - 100);
        assertThat(effort(64, COUNT).lists(shifted)).isEqualTo(effort(64, COUNT).lists(UNCLEAR));
    }

    @Test
    void rescoresMoreWhereCodesAreCoarser() {
        Query query = new Query(new float[1], 10, 64, null);
        assertThat(Effort.of(query, COUNT, COUNT, 0.5).rescored()).isEqualTo(36);
        assertThat(Effort.of(query, COUNT, COUNT, 1).rescored()).isEqualTo(36);
        assertThat(Effort.of(query, COUNT, COUNT, 2).rescored()).isEqualTo(84);
        assertThat(Effort.of(query, COUNT, 20, 4).rescored()).isEqualTo(20);
    }
}
