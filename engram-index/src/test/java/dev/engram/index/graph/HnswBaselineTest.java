package dev.engram.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.index.ExactOracle;
import dev.engram.index.FlatIndex;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Rows;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recall, size and work of the graph on seeded sets, kept in {@code baselines/hnsw.json}. All sums
 * over these vectors are exact in float, so that the numbers are the same on every machine.
 *
 * <p>A better number is a reason to write them anew, a worse one to think again: {@code mvn -pl
 * engram-index -am test -Dtest=HnswBaselineTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dengram.baselines=write}.
 */
final class HnswBaselineTest {

    private static final Path KEPT = Path.of("baselines", "hnsw.json");
    private static final int COUNT = 10_000;
    private static final int QUERIES = 200;
    private static final int DIMENSION = 32;

    @TempDir private Path folder;

    @Test
    void keepsRecallSizeAndWork() throws IOException {
        StringBuilder json = new StringBuilder("{\n");
        for (Metric metric : Metric.values()) {
            json.append(json.length() > 2 ? ",\n" : "").append(measure(metric));
        }
        String found = json.append("\n}\n").toString();
        if ("write".equals(System.getProperty("engram.baselines"))) {
            Files.createDirectories(KEPT.getParent());
            Files.writeString(KEPT, found);
        }
        assertThat(found)
                .as("%s; if the change is meant, run with -Dengram.baselines=write", KEPT)
                .isEqualTo(Files.readString(KEPT));
    }

    private String measure(Metric metric) {
        float[][] all = Rows.clustered(new Random(42), metric, COUNT + QUERIES, DIMENSION, 100);
        float[][] rows = Arrays.copyOf(all, COUNT);
        float[][] queries = Arrays.copyOfRange(all, COUNT, all.length);
        Vectors vectors = Rows.of(DIMENSION, rows);
        Storage storage = new DiskStorage(folder);
        long bytes = Indexes.build(new IndexSpec.Hnsw(), vectors, metric, storage, metric.name());
        StringBuilder json = new StringBuilder();
        json.append(line("  \"%s\": {%n", metric.name().toLowerCase(Locale.ROOT)));
        json.append(line("    \"bytes_per_vector\": %.1f", bytes / (double) COUNT));
        try (Arena arena = Arena.ofConfined()) {
            FlatIndex exact = new FlatIndex(vectors, metric);
            HnswIndex index =
                    HnswIndex.open(
                            exact,
                            vectors,
                            metric,
                            Instructions.best(),
                            storage,
                            metric.name(),
                            arena);
            List<Set<Integer>> truth = truth(metric, rows, queries);
            for (int beam : new int[] {10, 20, 40, 80}) {
                json.append(",\n").append(measure(index, truth, queries, beam));
            }
        }
        return json.append("\n  }").toString();
    }

    private static String measure(
            HnswIndex index, List<Set<Integer>> truth, float[][] queries, int beam) {
        Walk walk = index.walk();
        int hits = 0;
        for (int i = 0; i < queries.length; i++) {
            for (Neighbour found : index.search(new Query(queries[i], 10, beam, null), walk)) {
                hits += truth.get(i).contains(found.ordinal()) ? 1 : 0;
            }
        }
        return line(
                "    \"beam_%d\": {\"recall_at_10\": %.4f, \"distances_per_query\": %.1f}",
                beam, hits / 10.0 / queries.length, walk.comparisons() / (double) queries.length);
    }

    private static List<Set<Integer>> truth(Metric metric, float[][] rows, float[][] queries) {
        return Arrays.stream(queries)
                .map(query -> ExactOracle.search(metric, rows, query, 10, null))
                .map(
                        answers ->
                                answers.stream()
                                        .map(ExactOracle.Answer::ordinal)
                                        .collect(Collectors.toSet()))
                .toList();
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
    }
}
