package dev.engram.index.ivf;

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
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recall, size and work of inverted lists on seeded sets, kept in {@code baselines/ivf.json}.
 * Centroids are means, whose last bits differ with the width of a machine's vectors; so the numbers
 * are compared within one in a hundred.
 *
 * <p>A better number is a reason to write them anew, a worse one to think again: {@code mvn -pl
 * engram-index -am test -Dtest=IvfBaselineTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dengram.baselines=write}.
 */
final class IvfBaselineTest {

    private static final int COUNT = 10_000;
    private static final int QUERIES = 200;
    private static final int DIMENSION = 32;
    private static final Path KEPT = Path.of("baselines", "ivf.json");
    private static final Pattern NUMBER = Pattern.compile("(?<= )[0-9]+\\.[0-9]+");

    @TempDir private Path folder;

    @Test
    void keepsRecallSizeAndWork() throws IOException {
        List<String> metrics = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            if (metric != Metric.MANHATTAN) {
                metrics.add(measure(metric));
            }
        }
        String found = "{\n" + String.join(",\n", metrics) + "\n}\n";
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
            assertThat(now[i]).as(advice).isCloseTo(before[i], within(0.01 * before[i]));
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
        IndexSpec spec = new IndexSpec.IvfPq();
        long bytes = Indexes.build(spec, vectors, metric, storage, metric.name());
        List<Set<Integer>> truth =
                Arrays.stream(queries).map(query -> truth(metric, rows, query)).toList();
        try (Arena arena = Arena.ofConfined()) {
            IvfFile file =
                    IvfFile.open(Rows.kept(vectors, metric), metric, storage, metric.name(), arena);
            VectorIndex index = Indexes.open(spec, vectors, metric, storage, metric.name(), arena);
            StringBuilder json = new StringBuilder();
            json.append(line("  \"%s\": {%n", metric.name().toLowerCase(Locale.ROOT)));
            json.append(line("    \"bytes_per_vector\": %.1f,%n", bytes / (double) COUNT));
            json.append(line("    \"lists\": %d,%n", file.lists()));
            json.append(line("    \"imbalance\": %.2f", imbalance(file)));
            for (int beam : new int[] {10, 20, 40, 80}) {
                json.append(",\n").append(measure(index, truth, queries, beam));
            }
            return json.append("\n  }").toString();
        }
    }

    /** 1 where all lists are equally long: how many times more codes a search meets. */
    private static double imbalance(IvfFile file) {
        double squares = 0;
        for (int length : file.lengths()) {
            squares += (double) length * length;
        }
        return squares * file.lists() / COUNT / COUNT;
    }

    private static String measure(
            VectorIndex index, List<Set<Integer>> truth, float[][] queries, int beam) {
        SearchCost cost = new SearchCost();
        int hits = 0;
        for (int i = 0; i < queries.length; i++) {
            for (Neighbour found : index.search(new Query(queries[i], 10, beam, null), cost)) {
                hits += truth.get(i).contains(found.ordinal()) ? 1 : 0;
            }
        }
        double count = queries.length;
        return line(
                "    \"beam_%d\": {\"recall_at_10\": %.4f, \"distances_per_query\": %.1f,"
                        + " \"estimates_per_query\": %.1f}",
                beam, hits / 10.0 / count, cost.reranked() / count, cost.distances() / count);
    }

    private static Set<Integer> truth(Metric metric, float[][] rows, float[] query) {
        return ExactOracle.search(metric, rows, query, 10, null).stream()
                .map(ExactOracle.Answer::ordinal)
                .collect(Collectors.toSet());
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
    }
}
