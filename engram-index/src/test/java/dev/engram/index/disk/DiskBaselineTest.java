package dev.engram.index.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.engram.index.ExactOracle;
import dev.engram.index.IndexSpec;
import dev.engram.index.Indexes;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Rows;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.index.kernel.Instructions;
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
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recall, size, work and reads of the index on disk on seeded sets, with no more memory than it
 * needs, kept in {@code baselines/disk.json}. Sums over codes are not exact in float, and may turn
 * one comparison in many.
 *
 * <p>A better number is a reason to write them anew, a worse one to think again: {@code mvn -pl
 * engram-index -am test -Dtest=DiskBaselineTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dengram.baselines=write}.
 */
final class DiskBaselineTest {

    private static final int COUNT = 10_000;
    private static final int QUERIES = 200;
    private static final int DIMENSION = 32;
    private static final Path KEPT = Path.of("baselines", "disk.json");
    private static final Pattern NUMBER = Pattern.compile("(?<= )[0-9]+\\.[0-9]+");

    @TempDir private Path folder;

    @Test
    void keepsRecallSizeWorkAndReads() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            lines.add(measure(metric));
        }
        String found = "{\n" + String.join(",\n", lines) + "\n}\n";
        if ("write".equals(System.getProperty("engram.baselines"))) {
            Files.writeString(KEPT, found);
        }
        String expected = Files.readString(KEPT);
        String advice = KEPT + "; if the change is meant, run with -Dengram.baselines=write";
        assertThat(NUMBER.matcher(found).replaceAll("?"))
                .as(advice)
                .isEqualTo(NUMBER.matcher(expected).replaceAll("?"));
        double[] kept = numbers(expected);
        double[] now = numbers(found);
        for (int i = 0; i < kept.length; i++) {
            assertThat(now[i]).as(advice).isCloseTo(kept[i], withinPercentage(0.5));
        }
    }

    private static double[] numbers(String json) {
        return NUMBER.matcher(json)
                .results()
                .mapToDouble(r -> Double.parseDouble(r.group()))
                .toArray();
    }

    private String measure(Metric metric) {
        float[][] all = Rows.clustered(new Random(42), metric, COUNT + QUERIES, DIMENSION, 100);
        float[][] rows = Arrays.copyOf(all, COUNT);
        float[][] queries = Arrays.copyOfRange(all, COUNT, all.length);
        Vectors vectors = Rows.of(DIMENSION, rows);
        Storage storage = new DiskStorage(folder);
        String name = metric.name();
        long bytes = Indexes.build(new IndexSpec.DiskAnn(), vectors, metric, storage, name);
        try (Arena arena = Arena.ofConfined()) {
            DiskFile file = DiskFile.open(metric, storage, name, arena);
            long least = file.residentBytes() + DiskSearcher.bytes(file);
            StringBuilder json = new StringBuilder();
            json.append(line("  \"%s\": {%n", name.toLowerCase(Locale.ROOT)));
            json.append(line("    \"bytes_per_vector\": %.1f", bytes / (double) COUNT));
            json.append(line(",%n    \"resident_bytes_per_vector\": %.1f", least / (double) COUNT));
            try (DiskIndex index =
                    DiskIndex.open(
                            Rows.kept(vectors, metric),
                            metric,
                            Instructions.best(),
                            storage,
                            name,
                            least,
                            arena)) {
                for (int beam : new int[] {10, 20, 40}) {
                    json.append(measure(metric, index, rows, queries, beam));
                }
            }
            return json.append("\n  }").toString();
        }
    }

    private static String measure(
            Metric metric, DiskIndex index, float[][] rows, float[][] queries, int beam) {
        SearchCost cost = new SearchCost();
        int hits = 0;
        for (float[] query : queries) {
            Set<Integer> truth =
                    ExactOracle.search(metric, rows, query, 10, null).stream()
                            .map(ExactOracle.Answer::ordinal)
                            .collect(Collectors.toSet());
            for (Neighbour found : index.search(new Query(query, 10, beam, null), cost)) {
                hits += truth.contains(found.ordinal()) ? 1 : 0;
            }
        }
        double count = queries.length;
        return line(
                ",%n    \"beam_%d\": {\"recall_at_10\": %.4f, \"coded_distances_per_query\": %.1f,"
                        + " \"distances_per_query\": %.1f, \"pages_per_query\": %.1f}",
                beam,
                hits / 10.0 / count,
                cost.distances() / count,
                cost.reranked() / count,
                cost.pages() / count);
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
    }
}
