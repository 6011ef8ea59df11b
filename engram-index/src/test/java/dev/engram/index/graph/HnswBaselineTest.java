package dev.engram.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.engram.index.Codes;
import dev.engram.index.ExactOracle;
import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Neighbour;
import dev.engram.index.Rows;
import dev.engram.index.SearchCost;
import dev.engram.index.VectorIndex.Query;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recall, size and work of the graph on seeded sets, kept in {@code baselines/} for each layout.
 * All sums over these vectors are exact in float, so that the numbers are the same on every
 * machine; sums over codes are not, and may turn one comparison in many.
 *
 * <p>A better number is a reason to write them anew, a worse one to think again: {@code mvn -pl
 * engram-index -am test -Dtest=HnswBaselineTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dengram.baselines=write}.
 */
final class HnswBaselineTest {

    private static final int COUNT = 10_000;
    private static final int QUERIES = 200;
    private static final int DIMENSION = 32;
    private static final Pattern NUMBER = Pattern.compile("(?<= )[0-9]+\\.[0-9]+");

    @TempDir private Path folder;

    @Test
    void keepsRecallSizeAndWork() throws IOException {
        Map<Codes, List<String>> found = new EnumMap<>(Codes.class);
        for (Metric metric : Metric.values()) {
            measure(metric, found);
        }
        for (Map.Entry<Codes, List<String>> layout : found.entrySet()) {
            String json = "{\n" + String.join(",\n", layout.getValue()) + "\n}\n";
            compare(layout.getKey(), json);
        }
    }

    private static void compare(Codes codes, String found) throws IOException {
        Path kept = Path.of("baselines", file(codes));
        if ("write".equals(System.getProperty("engram.baselines"))) {
            Files.createDirectories(kept.getParent());
            Files.writeString(kept, found);
        }
        String expected = Files.readString(kept);
        String advice = kept + "; if the change is meant, run with -Dengram.baselines=write";
        if (codes == Codes.NONE) {
            assertThat(found).as(advice).isEqualTo(expected);
        } else {
            assertThat(NUMBER.matcher(found).replaceAll("?"))
                    .as(advice)
                    .isEqualTo(NUMBER.matcher(expected).replaceAll("?"));
            double[] numbers = numbers(expected);
            double[] now = numbers(found);
            for (int i = 0; i < numbers.length; i++) {
                assertThat(now[i]).as(advice).isCloseTo(numbers[i], withinPercentage(0.5));
            }
        }
    }

    private static double[] numbers(String json) {
        return NUMBER.matcher(json)
                .results()
                .mapToDouble(r -> Double.parseDouble(r.group()))
                .toArray();
    }

    private static String file(Codes codes) {
        return switch (codes) {
            case NONE -> "hnsw.json";
            case SQ8 -> "lean.json";
            case BLOCKS -> "fast.json";
            case RABITQ1 -> "rabitq1.json";
            case RABITQ2 -> "rabitq2.json";
            case RABITQ3 -> "rabitq3.json";
            case RABITQ4 -> "rabitq4.json";
            case PQ -> "pq.json";
        };
    }

    /** Measures all layouts of one graph. */
    private void measure(Metric metric, Map<Codes, List<String>> found) {
        float[][] all = Rows.clustered(new Random(42), metric, COUNT + QUERIES, DIMENSION, 100);
        float[][] rows = Arrays.copyOf(all, COUNT);
        float[][] queries = Arrays.copyOfRange(all, COUNT, all.length);
        Vectors vectors = Rows.of(DIMENSION, rows);
        List<Set<Integer>> truth = truth(metric, rows, queries);
        IndexSpec.Hnsw spec = new IndexSpec.Hnsw();
        Workers workers = Workers.caller();
        try (Arena arena = Arena.ofConfined()) {
            HnswGraph graph = HnswBuilder.build(spec, vectors, metric, workers, _ -> {}, arena);
            for (Codes codes : Codes.values()) {
                if (codes.tell(metric)) {
                    String name = metric.name() + codes;
                    Storage storage = new DiskStorage(folder);
                    long bytes =
                            HnswIndex.write(
                                    graph,
                                    spec.with(codes),
                                    vectors,
                                    metric,
                                    storage,
                                    name,
                                    workers);
                    HnswIndex index =
                            HnswIndex.open(
                                    codes,
                                    Rows.kept(vectors, metric),
                                    metric,
                                    Instructions.best(),
                                    storage,
                                    name,
                                    arena);
                    found.computeIfAbsent(codes, _ -> new ArrayList<>())
                            .add(describe(metric, bytes, index, truth, queries));
                }
            }
        }
    }

    private static String describe(
            Metric metric,
            long bytes,
            HnswIndex index,
            List<Set<Integer>> truth,
            float[][] queries) {
        StringBuilder json = new StringBuilder();
        json.append(line("  \"%s\": {%n", metric.name().toLowerCase(Locale.ROOT)));
        json.append(line("    \"bytes_per_vector\": %.1f", bytes / (double) COUNT));
        for (int beam : new int[] {10, 20, 40, 80}) {
            json.append(",\n").append(measure(index, truth, queries, beam));
        }
        return json.append("\n  }").toString();
    }

    private static String measure(
            HnswIndex index, List<Set<Integer>> truth, float[][] queries, int beam) {
        Explorer explorer = index.explorer();
        SearchCost cost = new SearchCost();
        int hits = 0;
        for (int i = 0; i < queries.length; i++) {
            Query query = new Query(queries[i], 10, beam, null);
            for (Neighbour found : index.search(query, explorer, cost)) {
                hits += truth.get(i).contains(found.ordinal()) ? 1 : 0;
            }
        }
        Tally tally = explorer.tally();
        double count = queries.length;
        String coded =
                tally.coded() == 0
                        ? ""
                        : line(", \"coded_distances_per_query\": %.1f", tally.coded() / count);
        String estimated =
                tally.estimated() == 0
                        ? ""
                        : line(", \"estimates_per_query\": %.1f", tally.estimated() / count);
        return line(
                "    \"beam_%d\": {\"recall_at_10\": %.4f, \"distances_per_query\": %.1f%s%s}",
                beam, hits / 10.0 / count, tally.exact() / count, coded, estimated);
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
