package dev.engram.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.engram.index.Codes;
import dev.engram.index.ExactOracle;
import dev.engram.index.FlatIndex;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @EnumSource(Codes.class)
    void keepsRecallSizeAndWork(Codes codes) throws IOException {
        StringBuilder json = new StringBuilder("{\n");
        for (Metric metric : Metric.values()) {
            if (metric != Metric.MANHATTAN || codes != Codes.BLOCKS) {
                json.append(json.length() > 2 ? ",\n" : "").append(measure(codes, metric));
            }
        }
        String found = json.append("\n}\n").toString();
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
        };
    }

    private String measure(Codes codes, Metric metric) {
        float[][] all = Rows.clustered(new Random(42), metric, COUNT + QUERIES, DIMENSION, 100);
        float[][] rows = Arrays.copyOf(all, COUNT);
        float[][] queries = Arrays.copyOfRange(all, COUNT, all.length);
        Vectors vectors = Rows.of(DIMENSION, rows);
        Storage storage = new DiskStorage(folder);
        IndexSpec spec = new IndexSpec.Hnsw().with(codes);
        String name = metric.name() + codes;
        long bytes = Indexes.build(spec, vectors, metric, storage, name);
        StringBuilder json = new StringBuilder();
        json.append(line("  \"%s\": {%n", metric.name().toLowerCase(Locale.ROOT)));
        json.append(line("    \"bytes_per_vector\": %.1f", bytes / (double) COUNT));
        try (Arena arena = Arena.ofConfined()) {
            FlatIndex exact = new FlatIndex(vectors, metric);
            HnswIndex index =
                    HnswIndex.open(
                            codes,
                            exact,
                            vectors,
                            metric,
                            Instructions.best(),
                            storage,
                            name,
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
