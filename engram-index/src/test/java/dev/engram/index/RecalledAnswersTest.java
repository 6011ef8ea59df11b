package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.VectorIndex.Query;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the vectors were kept shows in no answer. */
final class RecalledAnswersTest {

    private static final int COUNT = 1500;
    private static final int DIMENSION = 24;

    @TempDir private Path folder;

    static Stream<IndexSpec> kinds() {
        return Stream.concat(
                Stream.of(new IndexSpec.Flat(), new IndexSpec.IvfPq(), new IndexSpec.Scan()),
                Arrays.stream(Codes.values()).map(codes -> new IndexSpec.Hnsw(8, 40, 1, codes)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void areThoseOfKeptVectors(IndexSpec kind) {
        Metric metric = kind instanceof IndexSpec.Scan ? Metric.DOT : Metric.EUCLIDEAN;
        float[][] rows = Rows.clustered(new Random(3), metric, COUNT + 30, DIMENSION, 20);
        Vectors vectors = Rows.of(DIMENSION, Arrays.copyOf(rows, COUNT));
        Storage storage = new DiskStorage(folder);
        Indexes.build(kind, vectors, metric, storage, "index");
        Ordinals some =
                Ordinals.of(COUNT, IntStream.range(0, COUNT).filter(i -> i % 3 > 0).toArray());
        try (Arena arena = Arena.ofConfined()) {
            VectorIndex kept = Indexes.open(kind, vectors, metric, storage, "index", arena);
            VectorSource source = Rows.recalled(vectors, metric);
            VectorIndex recalled = Indexes.open(kind, source, metric, storage, "index", arena);
            for (int i = COUNT; i < rows.length; i++) {
                compare(kept, recalled, new Query(rows[i], 10, 10, null));
                compare(kept, recalled, new Query(rows[i], 10, 10, some));
            }
        }
    }

    private static void compare(VectorIndex kept, VectorIndex recalled, Query query) {
        List<Neighbour> expected = kept.search(query);
        List<Neighbour> found = recalled.search(query);
        assertThat(found.stream().map(Neighbour::ordinal).toList())
                .isEqualTo(expected.stream().map(Neighbour::ordinal).toList());
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).distance())
                    .isCloseTo(expected.get(i).distance(), within(1e-4f));
        }
    }
}
