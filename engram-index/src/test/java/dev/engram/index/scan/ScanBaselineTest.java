package dev.engram.index.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.engram.index.ExactOracle;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Rows;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recall, size and exact scores of a coded scan on a seeded set, kept in {@code
 * baselines/scan.json}. Centroids are means, whose last bits differ with the width of a machine's
 * vectors; so the numbers are compared within three in a hundred.
 *
 * <p>A better number is a reason to write them anew, a worse one to think again: {@code mvn -pl
 * engram-index -am test -Dtest=ScanBaselineTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dengram.baselines=write}.
 */
final class ScanBaselineTest {

    private static final int COUNT = 10_000;
    private static final int QUERIES = 200;
    private static final int DIMENSION = 64;
    private static final Path KEPT = Path.of("baselines", "scan.json");
    private static final Pattern NUMBER = Pattern.compile("(?<= )[0-9]+\\.[0-9]+");

    @TempDir private Path folder;

    @Test
    void keepsRecallSizeAndWork() throws IOException {
        List<String> parts = new ArrayList<>();
        for (Metric metric : new Metric[] {Metric.COSINE, Metric.DOT}) {
            for (int codeBytes : new int[] {4, 8, 16}) {
                parts.add(measure(metric, codeBytes));
            }
        }
        String found = "{\n" + String.join(",\n", parts) + "\n}\n";
        if ("write".equals(System.getProperty("engram.baselines"))) {
            Files.createDirectories(KEPT.getParent());
            Files.writeString(KEPT, found);
        }
        String expected = Files.readString(KEPT);
        String advice = KEPT + "; if the change is meant, run with -Dengram.baselines=write";
        assertThat(NUMBER.matcher(found).replaceAll("?"))
                .as(advice)
                .isEqualTo(NUMBER.matcher(expected).replaceAll("?"));
        double[] before = numbers(expected);
        double[] now = numbers(found);
        for (int i = 0; i < before.length; i++) {
            assertThat(now[i]).as(advice).isCloseTo(before[i], within(0.03 * before[i]));
        }
    }

    private static double[] numbers(String json) {
        return NUMBER.matcher(json)
                .results()
                .mapToDouble(r -> Double.parseDouble(r.group()))
                .toArray();
    }

    private String measure(Metric metric, int codeBytes) {
        float[][] all = Rows.clustered(new Random(42), metric, COUNT + QUERIES, DIMENSION, 100);
        float[][] rows = Arrays.copyOf(all, COUNT);
        float[][] queries = Arrays.copyOfRange(all, COUNT, all.length);
        Vectors vectors = Rows.of(DIMENSION, rows);
        Storage storage = new DiskStorage(folder);
        IndexSpec spec = new IndexSpec.Scan(codeBytes, 42);
        String name = metric.name().toLowerCase(Locale.ROOT) + "_" + codeBytes;
        long bytes = Indexes.build(spec, vectors, metric, storage, name);
        try (Arena arena = Arena.ofConfined()) {
            VectorIndex index = Indexes.open(spec, vectors, metric, storage, name, arena);
            StringBuilder json = new StringBuilder();
            json.append(line("  \"%s\": {%n", name));
            json.append(line("    \"bytes_per_vector\": %.1f", bytes / (double) COUNT));
            for (double recall : new double[] {0.85, 0.9, 0.95}) {
                json.append(",\n").append(measure(index, metric, rows, queries, recall));
            }
            return json.append("\n  }").toString();
        }
    }

    private static String measure(
            VectorIndex index, Metric metric, float[][] rows, float[][] queries, double recall) {
        SearchCost cost = new SearchCost();
        int hits = 0;
        for (float[] query : queries) {
            List<ExactOracle.Answer> truth = ExactOracle.search(metric, rows, query, 3, null);
            for (Neighbour found : index.search(new Query(query, 3, 1, null, recall), cost)) {
                hits += truth.stream().anyMatch(one -> one.ordinal() == found.ordinal()) ? 1 : 0;
            }
        }
        return line(
                "    \"wanted_%.2f\": {\"recall_at_3\": %.4f, \"scored_per_query\": %.1f}",
                recall, hits / 3.0 / queries.length, cost.reranked() / (double) queries.length);
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
    }
}
