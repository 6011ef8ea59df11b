package dev.engram.db.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryChunkTest {

    private static ShardSettings settings(int dimension) {
        return new ShardSettings(
                1, dimension, Metric.DOT, new IndexSpec.Flat(), new IndexSpec.Flat(), 32L << 20);
    }

    @Test
    void takesAboutAMegabyteWhateverTheDimension() {
        assertThat(MemoryChunk.rowsMax(settings(1))).isEqualTo(1024);
        assertThat(MemoryChunk.rowsMax(settings(1024))).isEqualTo(256);
        assertThat(MemoryChunk.rowsMax(settings(65_536))).isEqualTo(8);
    }

    @Test
    void showsWhatWasThereWhenAsked() {
        MemoryChunk chunk = new MemoryChunk(settings(2));
        chunk.add(new Shard.NewRow(10, 5, 0, new float[] {1, 2}));
        Part first = chunk.part(null);
        Part dying = first.withDeaths(List.of(new Part.Death(0, 7)));
        chunk.add(new Shard.NewRow(11, 5, 0, new float[] {3, 4}));
        chunk.add(new Shard.NewRow(14, 8, 0, new float[] {5, 6}));
        Part later = chunk.part(dying);
        assertThat(first.rows().count()).isEqualTo(1);
        assertThat(first.liveCount()).isEqualTo(1);
        assertThat(later.rows().count()).isEqualTo(3);
        assertThat(later.liveCount()).isEqualTo(2);
        assertThat(later.isLive(0)).isFalse();
        assertThat(later.rows().find(14)).isEqualTo(2);
        assertThat(first.births().count()).isEqualTo(1);
        assertThat(later.births().through(7)).isEqualTo(2);
        assertThat(later.births().through(8)).isEqualTo(3);
        assertThat(later.deaths().after(6)).containsExactly(0);
        assertThat(later.vectors().row(2)).containsExactly(5, 6);
        assertThat(chunk.room()).isEqualTo(1021);
    }
}
