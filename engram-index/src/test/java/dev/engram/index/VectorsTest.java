package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.index.VectorIndex.Query;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VectorsTest {

    private static final int DIMENSION = 24;
    private static final int HEADER_BYTES = 64;

    @TempDir private Path folder;
    private Storage storage = new DiskStorage(Path.of(""));

    @BeforeEach
    void open() {
        storage = new DiskStorage(folder);
    }

    private float[][] write(int count) {
        float[][] rows = Rows.clustered(new Random(4), Metric.EUCLIDEAN, count, DIMENSION, 5);
        try (VectorsWriter writer = new VectorsWriter(storage, "vectors", DIMENSION)) {
            for (float[] row : rows) {
                writer.add(row);
            }
            writer.finish();
        }
        return rows;
    }

    private void flip(int row) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("vectors"));
        bytes[HEADER_BYTES + row * DIMENSION * Float.BYTES] ^= 4;
        Files.write(folder.resolve("vectors"), bytes);
    }

    @Test
    void findsADamagedRowWhenItIsReadAndNotBefore() throws IOException {
        float[][] rows = write(3000);
        flip(2900);
        try (Arena arena = Arena.ofConfined()) {
            Vectors vectors = Vectors.open(storage, "vectors", arena);
            assertThat(vectors.row(17)).isEqualTo(rows[17]);
            assertRefused(() -> vectors.row(2900));
            assertRefused(() -> vectors.rows(new int[] {1, 2900}, 2));
            assertRefused(() -> vectors.rows(2899, 2));
            assertRefused(vectors::rows);
            FlatIndex index = new FlatIndex(vectors, Metric.EUCLIDEAN);
            assertRefused(() -> index.search(new Query(rows[0], 3, 3, null)));
            Ordinals some = Ordinals.all(3000).without(5);
            assertRefused(() -> index.search(new Query(rows[0], 3, 3, some)));
        }
        assertRefused(
                () -> Indexes.verify(new IndexSpec.Flat(), Metric.DOT, storage, "vectors", ""));
    }

    private void assertRefused(Runnable read) {
        assertThatThrownBy(read::run)
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(folder.resolve("vectors").toString())
                .hasMessageContaining("section 1 crc32c");
    }

    /** Changed bytes are a new version of the kind: see docs/FORMAT.md. */
    @Test
    void isWrittenAsTheGoldenFileShows() throws IOException {
        float[][] rows = write(3);
        Indexes.verify(new IndexSpec.Flat(), Metric.DOT, storage, "vectors", "");
        byte[] file = Files.readAllBytes(folder.resolve("vectors"));
        String golden;
        try (var resource = VectorsTest.class.getResourceAsStream("vect-1.hex")) {
            byte[] text = Objects.requireNonNull(resource).readAllBytes();
            golden = new String(text, StandardCharsets.US_ASCII).replace("\n", "");
        }
        assertThat(HexFormat.of().formatHex(file)).isEqualTo(golden);
        Files.write(folder.resolve("golden"), HexFormat.of().parseHex(golden));
        try (Arena arena = Arena.ofConfined()) {
            Vectors vectors = Vectors.open(storage, "golden", arena);
            assertThat(vectors.count()).isEqualTo(3);
            assertThat(vectors.row(2)).isEqualTo(rows[2]);
            assertThat(
                            new FlatIndex(vectors, Metric.EUCLIDEAN)
                                    .search(new Query(rows[1], 1, 1, null)))
                    .containsExactly(new Neighbour(1, 0));
        }
    }
}
