package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.db.rows.RowCodec;
import dev.engram.error.CorruptException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CatalogEntryTest {

    @ParameterizedTest
    @EnumSource(Codes.class)
    void isReadAsItWasWritten(Codes codes) {
        IndexSpec spec = new IndexSpec.Hnsw(8, 40, 3, codes);
        CatalogEntry entry =
                new CatalogEntry(
                        7,
                        5,
                        Metric.DOT,
                        spec,
                        spec,
                        null,
                        Duration.ofHours(1),
                        Duration.ofDays(2),
                        99);
        assertThat(CatalogEntry.decode("c", entry.encode())).isEqualTo(entry);
        CatalogEntry altered = entry.withIndex(new IndexSpec.Flat());
        assertThat(altered.indexFirst()).isEqualTo(spec);
        assertThat(CatalogEntry.decode("c", altered.encode())).isEqualTo(altered);
    }

    @Test
    void keepsAllSettingsOfAGraphOnDisk() {
        IndexSpec spec = new IndexSpec.DiskAnn(32, 64, 1.3, 12, 3);
        CatalogEntry entry =
                new CatalogEntry(7, 5, Metric.MANHATTAN, spec, spec, null, Duration.ZERO, null, 0);
        assertThat(CatalogEntry.decode("c", entry.encode())).isEqualTo(entry);
        assertThat(entry.describe())
                .contains(
                        "diskann of degree 32, build beam 64, alpha 1.3, codes of 12 bytes, seed"
                                + " 3");
    }

    @Test
    void hasNoCodesWhereItWasWrittenBeforeThereWereAny() {
        CatalogEntry entry = CatalogEntry.decode("c", entry(Map.of()));
        assertThat(entry.index()).isEqualTo(new IndexSpec.Hnsw(8, 40, 3, Codes.NONE));
    }

    @Test
    void keepsTheSettingsOfAScan() {
        IndexSpec spec = new IndexSpec.Scan(24, 3);
        CatalogEntry entry =
                new CatalogEntry(7, 5, Metric.COSINE, spec, spec, null, Duration.ZERO, null, 0);
        assertThat(CatalogEntry.decode("c", entry.encode())).isEqualTo(entry);
        assertThat(entry.describe()).contains("scan of codes of 24 bytes, seed 3");
    }

    @Test
    void keepsTheSettingsOfInvertedLists() {
        IndexSpec lists = new IndexSpec.IvfPq(300, 64, 2, Rotation.RANDOM, 9);
        CatalogEntry entry =
                new CatalogEntry(7, 5, Metric.DOT, lists, lists, null, Duration.ZERO, null, 0);
        assertThat(CatalogEntry.decode("c", entry.encode())).isEqualTo(entry);
        assertThat(entry.describe())
                .contains("ivf_pq of 300 lists, 64 bytes of codes, 2 assignments, rotation random");
        Map<String, Object> bad =
                Map.of(
                        "kind",
                        "ivf_pq",
                        "lists",
                        1,
                        "code_bytes",
                        2,
                        "assignments",
                        1,
                        "rotation",
                        "waltz",
                        "seed",
                        1L);
        assertThatThrownBy(() -> CatalogEntry.decode("c", entry(bad)))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("rotation: waltz");
        assertThatThrownBy(() -> Schema.ofVectors(3, Metric.MANHATTAN).with(lists))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("metric: MANHATTAN with IVF_PQ");
    }

    @Test
    void refusesCodesThatItDoesNotKnow() {
        assertThatThrownBy(() -> CatalogEntry.decode("c", entry(Map.of("codes", "morse"))))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("codes: morse");
    }

    @Test
    void refusesASchemaWhoseIndexCannotSearchByItsMetric() {
        IndexSpec blocks = new IndexSpec.Hnsw().with(Codes.BLOCKS);
        assertThatThrownBy(() -> Schema.ofVectors(3, Metric.MANHATTAN).with(blocks))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("metric: MANHATTAN with codes BLOCKS");
        assertThatThrownBy(() -> new IndexSpec.Hnsw(17, 40, 3, Codes.BLOCKS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("degree of a graph with codes BLOCKS: 17 (expected: 2..16)");
    }

    private static byte[] entry(Map<String, Object> more) {
        Map<String, Object> index =
                new HashMap<>(Map.of("kind", "hnsw", "degree", 8, "beam_build", 40, "seed", 3L));
        index.putAll(more);
        return RowCodec.encode(
                Map.of("number", 7, "dimension", 5, "metric", "DOT", "index", index));
    }
}
