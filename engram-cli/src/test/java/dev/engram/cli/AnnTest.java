package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.engram.cli.TestShell.Result;
import dev.engram.cli.vectors.WrittenVectors;
import dev.engram.testkit.Distance;
import dev.engram.testkit.ExactSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnnTest {

    private static final int DIMENSION = 12;
    private static final int K = 10;

    @TempDir Path folder;

    private final SplittableRandom random = new SplittableRandom(42);
    private final float[][] centres = gaussian(20, 3);
    private final float[][] base = clustered(1500);
    private final float[][] queries = clustered(40);

    private float[][] gaussian(int count, double scale) {
        float[][] rows = new float[count][DIMENSION];
        for (float[] row : rows) {
            for (int i = 0; i < DIMENSION; i++) {
                row[i] = (float) (scale * random.nextGaussian());
            }
        }
        return rows;
    }

    private float[][] clustered(int count) {
        float[][] rows = gaussian(count, 1);
        for (float[] row : rows) {
            float[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < DIMENSION; i++) {
                row[i] += centre[i];
            }
        }
        return rows;
    }

    @BeforeEach
    void write() throws IOException {
        WrittenVectors.fvecs(folder.resolve("base.fvecs"), base);
        WrittenVectors.fbin(folder.resolve("queries.fbin"), queries);
    }

    private Result ann(String... more) {
        List<String> words = new ArrayList<>(List.of("bench", "ann"));
        if (!Arrays.asList(more).contains("--base")) {
            words.addAll(List.of("--base", "base.fvecs"));
        }
        if (!Arrays.asList(more).contains("--queries")) {
            words.addAll(List.of("--queries", "queries.fbin"));
        }
        if (!Arrays.asList(more).contains("--format")) {
            words.addAll(List.of("--format", "json"));
        }
        words.addAll(List.of(more));
        return new TestShell(folder).run(words.toArray(String[]::new));
    }

    private JsonNode measured(String... more) {
        Result result = ann(more);
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        return result.json();
    }

    private int[][] truth(Distance distance) {
        ExactSearch exact = new ExactSearch(base, distance);
        return Arrays.stream(queries)
                .map(
                        query ->
                                exact.nearest(query, K).stream()
                                        .mapToInt(ExactSearch.Hit::ordinal)
                                        .toArray())
                .toArray(int[][]::new);
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void printsWhatItPromises() {
        JsonNode report = measured("--beam", "10,20", "--build-threads", "2");
        assertThat(names(report)).containsExactly("build", "bytes", "load_ms", "search");
        assertThat(names(report.get("build")))
                .containsExactly("seconds", "cpu_seconds", "threads", "vectors", "dimension");
        assertThat(names(report.get("bytes")))
                .containsExactly("graph", "codes", "vectors", "total");
        assertThat(report.at("/build/threads").asInt()).isEqualTo(2);
        assertThat(report.at("/build/vectors").asInt()).isEqualTo(1500);
        assertThat(report.at("/build/dimension").asInt()).isEqualTo(DIMENSION);
        assertThat(report.at("/build/seconds").asDouble()).isPositive();
        assertThat(report.at("/build/cpu_seconds").asDouble()).isPositive();
        assertThat(report.at("/bytes/vectors").asLong()).isGreaterThan(1500 * DIMENSION * 4);
        assertThat(report.at("/bytes/graph").asLong()).isGreaterThan(1500 * 10);
        assertThat(report.at("/bytes/total").asLong())
                .isEqualTo(
                        report.at("/bytes/graph").asLong() + report.at("/bytes/vectors").asLong());
        assertThat(report.get("load_ms").asDouble()).isPositive();
        assertThat(report.get("search")).hasSize(2);
        for (JsonNode search : report.get("search")) {
            assertThat(names(search))
                    .containsExactly(
                            "beam", "recall", "qps", "p50_us", "p99_us", "distances", "rerank");
            assertThat(search.get("qps").asDouble()).isPositive();
            assertThat(search.get("p99_us").asDouble())
                    .isGreaterThanOrEqualTo(search.get("p50_us").asDouble());
            assertThat(search.get("rerank").asDouble()).isZero();
        }
        JsonNode narrow = report.get("search").get(0);
        JsonNode wide = report.get("search").get(1);
        assertThat(narrow.get("beam").asInt()).isEqualTo(10);
        assertThat(narrow.get("recall").asDouble()).isGreaterThan(0.8);
        assertThat(wide.get("recall").asDouble()).isGreaterThan(0.95);
        assertThat(narrow.get("distances").asDouble())
                .isBetween(10.0, wide.get("distances").asDouble());
        assertThat(wide.get("distances").asDouble()).isLessThan(1500);
    }

    @Test
    void measuresCodes() {
        double plain = measured("--beam", "20").at("/bytes/graph").asDouble();
        for (String codes : List.of("sq8", "blocks", "rabitq", "pq")) {
            JsonNode report = measured("--codes", codes, "--beam", "20");
            assertThat(report.at("/bytes/codes").asLong()).isGreaterThan(1500 * DIMENSION);
            // Blocks name all 32 links in full, and what product codes learnt counts here, too.
            double most = List.of("blocks", "pq").contains(codes) ? 8 * plain : 1.3 * plain;
            assertThat(report.at("/bytes/graph").asDouble()).isBetween(0.8 * plain, most);
            JsonNode search = report.get("search").get(0);
            // More than that, and all 1,500 would be scanned. Three bytes of product codes a
            // vector:
            // so few candidates do not hold all of the ten.
            double least = codes.equals("pq") ? 0.6 : 0.9;
            assertThat(search.get("recall").asDouble()).as(codes).isGreaterThan(least);
            assertThat(search.get("rerank").asDouble())
                    .isBetween(10.0, search.get("distances").asDouble());
        }
    }

    @Test
    void measuresInvertedLists() {
        JsonNode report =
                measured(
                        "--index",
                        "ivf_pq",
                        "--lists",
                        "40",
                        "--code-bytes",
                        "6",
                        "--assignments",
                        "2",
                        "--rotation",
                        "random",
                        "--beam",
                        "40");
        assertThat(report.at("/bytes/graph").asLong())
                .as("centroids and tables")
                .isBetween(40L * DIMENSION * 4, 100_000L);
        assertThat(report.at("/bytes/codes").asLong()).isGreaterThan(2 * 1500 * (6 + 8));
        JsonNode search = report.get("search").get(0);
        assertThat(search.get("recall").asDouble()).isGreaterThan(0.97);
        assertThat(search.get("rerank").asDouble())
                .isBetween(10.0, search.get("distances").asDouble());
    }

    @Test
    void measuresAScanByTheRecallThatIsWanted() {
        JsonNode report =
                measured(
                        "--index",
                        "scan",
                        "--metric",
                        "cosine",
                        "--code-bytes",
                        "6",
                        "--recall",
                        "0.8,0.98");
        assertThat(report.at("/bytes/codes").asLong()).isBetween(1500 * 8L, 1600 * 8L);
        JsonNode less = report.get("search").get(0);
        JsonNode more = report.get("search").get(1);
        assertThat(less.get("rerank").asDouble()).isLessThan(more.get("rerank").asDouble());
        assertThat(less.get("recall").asDouble()).isGreaterThan(0.7);
        assertThat(more.get("recall").asDouble()).isGreaterThan(0.93);
    }

    @Test
    void isExactWhereTheIndexIs() {
        for (String metric : List.of("l2", "ip", "cosine")) {
            JsonNode report =
                    measured(
                            "--index",
                            "flat",
                            "--metric",
                            metric,
                            "--beam",
                            "10",
                            "--threads",
                            "2");
            JsonNode search = report.get("search").get(0);
            assertThat(search.get("recall").asDouble()).as(metric).isEqualTo(1.0);
            assertThat(search.get("distances").asDouble()).isEqualTo(1500);
            assertThat(report.at("/bytes/graph").asLong()).isZero();
        }
    }

    @Test
    void computesTheTruthThatOthersGive() throws IOException {
        WrittenVectors.ivecs(folder.resolve("truth.ivecs"), truth(Distance.EUCLIDEAN));
        JsonNode given = measured("--truth", "truth.ivecs", "--beam", "10,20");
        JsonNode computed = measured("--beam", "10,20");
        for (int i = 0; i < 2; i++) {
            assertThat(given.get("search").get(i).get("recall"))
                    .isEqualTo(computed.get("search").get(i).get("recall"));
        }
        JsonNode flat = measured("--truth", "truth.ivecs", "--index", "flat", "-k", "7");
        assertThat(flat.at("/search/0/recall").asDouble()).isEqualTo(1.0);
    }

    @Test
    void readsASetOfAnnBenchmarks() {
        WrittenVectors.hdf5(folder.resolve("set.hdf5"), base, queries, truth(Distance.EUCLIDEAN));
        JsonNode report =
                measured(
                        "--base",
                        "set.hdf5",
                        "--queries",
                        "set.hdf5",
                        "--truth",
                        "set.hdf5",
                        "--index",
                        "flat");
        assertThat(report.at("/search/0/recall").asDouble()).isEqualTo(1.0);
    }

    @Test
    void usesAnIndexItKept() throws IOException {
        JsonNode first = measured("--save", "kept", "--beam", "16");
        List<Path> files = kept();
        List<Long> written = new ArrayList<>();
        for (Path file : files) {
            written.add(Files.getLastModifiedTime(file).toMillis());
        }
        JsonNode second = measured("--save", "kept", "--beam", "16");
        assertThat(second.get("build")).isEqualTo(first.get("build"));
        assertThat(second.get("bytes")).isEqualTo(first.get("bytes"));
        assertThat(second.at("/search/0/recall")).isEqualTo(first.at("/search/0/recall"));
        assertThat(second.at("/search/0/distances")).isEqualTo(first.at("/search/0/distances"));
        assertThat(kept()).isEqualTo(files);
        for (int i = 0; i < files.size(); i++) {
            assertThat(Files.getLastModifiedTime(files.get(i)).toMillis())
                    .isEqualTo(written.get(i));
        }
    }

    private List<Path> kept() throws IOException {
        try (var files = Files.list(folder.resolve("kept"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void buildsAgainWhatAnInterruptedBuildLeft() throws IOException {
        measured("--save", "kept", "--beam", "16");
        Files.delete(folder.resolve("kept/MANIFEST"));
        assertThat(measured("--save", "kept", "--beam", "16").get("search")).hasSize(1);
    }

    @Test
    void refusesAnIndexOfSomethingElse() throws IOException {
        measured("--save", "kept", "--beam", "10");
        refused(1, ann("--save", "kept", "--metric", "cosine"), "metric EUCLIDEAN", "COSINE");
        refused(1, ann("--save", "kept", "--degree", "8"), "degree=16", "degree=8");
        refused(1, ann("--save", "kept", "--seed", "7"), "seed=42", "seed=7");
        float before = base[700][3];
        base[700][3] = before + 1;
        WrittenVectors.fvecs(folder.resolve("base.fvecs"), base);
        refused(1, ann("--save", "kept"), "input_crc32c", "another folder");
        byte[] graph = Files.readAllBytes(folder.resolve("kept/base.graph"));
        graph[graph.length / 2] ^= 4;
        Files.write(folder.resolve("kept/base.graph"), graph);
        base[700][3] = before;
        WrittenVectors.fvecs(folder.resolve("base.fvecs"), base);
        refused(1, ann("--save", "kept"), "base.graph");
    }

    @Test
    void refusesATruthOfAnotherSet() throws IOException {
        int[][] truth = truth(Distance.EUCLIDEAN);
        Path file = folder.resolve("truth.ivecs");
        WrittenVectors.ivecs(file, Arrays.copyOf(truth, 39));
        refused(1, ann("--truth", "truth.ivecs"), "truth.ivecs", "39 rows (expected: 40");
        WrittenVectors.ivecs(file, truth);
        refused(1, ann("--truth", "truth.ivecs", "-k", "11"), "10 ids a row", "k, 11");
        truth[3][4] = 1500;
        WrittenVectors.ivecs(file, truth);
        refused(1, ann("--truth", "truth.ivecs"), "row 3, component 4: id 1500");
        truth[3][4] = truth[3][2];
        WrittenVectors.ivecs(file, truth);
        refused(1, ann("--truth", "truth.ivecs"), "row 3, component 4", "a second time");
        for (int[] row : truth) {
            Arrays.setAll(row, i -> i);
        }
        WrittenVectors.ivecs(file, truth);
        refused(1, ann("--truth", "truth.ivecs"), "row 0", "another set");
        refused(1, ann("--truth", "queries.fbin"), "queries.fbin", "whole");
    }

    @Test
    void refusesFilesThatDoNotFit() throws IOException {
        WrittenVectors.fbin(folder.resolve("short.fbin"), new float[3][5]);
        refused(1, ann("--queries", "short.fbin"), "short.fbin", "dimension 5 (expected: 12");
        refused(1, ann("--queries", "none.fbin"), "none.fbin");
        refused(2, ann("--queries", "queries.csv"), "queries.csv", ".fvecs");
        base[1400][5] = Float.NaN;
        WrittenVectors.fvecs(folder.resolve("base.fvecs"), base);
        refused(1, ann(), "base.fvecs", "row 1400, component 5: NaN");
        base[1400] = new float[DIMENSION];
        WrittenVectors.fvecs(folder.resolve("base.fvecs"), base);
        refused(1, ann("--metric", "cosine"), "base.fvecs", "row 1400", "zero vector");
        assertThat(ann("--metric", "l2", "--beam", "10").status()).isZero();
    }

    @Test
    void refusesSettingsOutOfRange() {
        refused(2, ann("-k", "0"), "k: 0 (expected: 1..");
        refused(2, ann("-k", "1501"), "k: 1501 (expected: 1..1500)");
        refused(2, ann("--beam", "10,0"), "beam: 0 (expected: 1..");
        refused(2, ann("--beam", "ten"), "beam");
        refused(2, ann("--threads", "0"), "threads: 0");
        refused(2, ann("--build-threads", "5000"), "build-threads: 5000");
        refused(2, ann("--degree", "1"), "degree: 1");
        refused(2, ann("--beam-build", "3"), "beamBuild: 3");
        refused(2, ann("--metric", "hamming"), "hamming");
        refused(2, ann("--index", "tree"), "tree");
        refused(2, ann("--codes", "gold"), "gold");
        refused(2, ann("--codes", "sq8", "--index", "flat"), "codes: SQ8");
        refused(2, ann("--codes", "blocks", "--degree", "32"), "degree");
        refused(2, ann("--codes", "sq8", "--index", "ivf_pq"), "codes: SQ8");
        refused(2, ann("--lists", "9"), "--index ivf_pq");
        refused(2, ann("--recall", "0.9"), "--index scan");
        refused(2, ann("--index", "scan", "--recall", "1.5"), "recall: 1.5");
        refused(2, ann("--index", "scan"), "metric: EUCLIDEAN with SCAN");
        refused(2, ann("--index", "ivf_pq", "--code-bytes", "7"), "codeBytes: 7");
        refused(2, ann("--index", "ivf_pq", "--assignments", "9"), "assignments: 9");
        refused(2, ann("--index", "ivf_pq", "--rotation", "waltz"), "waltz");
    }

    @Test
    void managesDuplicatesAndTinySets() throws IOException {
        float[][] same = new float[1000][];
        Arrays.fill(same, base[0]);
        WrittenVectors.fvecs(folder.resolve("base.fvecs"), same);
        assertThat(measured("--beam", "10").at("/search/0/recall").asDouble()).isEqualTo(1.0);
        WrittenVectors.fvecs(folder.resolve("base.fvecs"), new float[][] {base[0]});
        assertThat(measured("-k", "1").at("/search/0/recall").asDouble()).isEqualTo(1.0);
    }

    @Test
    void speaksToPeopleToo() {
        Result result = ann("--format", "text", "--beam", "24");
        assertThat(result.out()).contains("1,500 vectors of 12 dimensions").contains("recall");
        assertThat(result.status()).isZero();
    }

    private static void refused(int status, Result result, String... says) {
        assertThat(result.status()).as(result.err()).isEqualTo(status);
        assertThat(result.error().get("message").asText()).contains(says);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void searchesWhatLiesOnDiskWithinItsMemoryAndWithoutTheBase() throws IOException {
        String disk = "--index diskann --degree 16 --save kept --beam 20 --format json";
        JsonNode first = measured(disk.split(" "));
        assertThat(first.at("/search/0/recall").asDouble()).isGreaterThan(0.9);
        assertThat(first.at("/search/0/pages").asDouble()).isNotNegative();
        assertThat(first.at("/bytes/codes").asLong()).isEqualTo(1500 * DIMENSION / 2);
        long usual = first.at("/bytes/resident_max").asLong();
        WrittenVectors.ivecs(folder.resolve("truth.ivecs"), truth(Distance.EUCLIDEAN));
        Files.delete(folder.resolve("base.fvecs"));
        Files.delete(folder.resolve("kept/base.vectors"));
        String search = "bench ann --queries queries.fbin --truth truth.ivecs --memory ";
        String words = search + usual + " " + disk;
        Result tight = new TestShell(folder).run(words.split(" "));
        assertThat(tight.err()).isEmpty();
        assertThat(tight.json().at("/bytes/resident_max").asLong()).isLessThanOrEqualTo(usual);
        assertThat(tight.json().at("/search/0/recall")).isEqualTo(first.at("/search/0/recall"));
    }

    @Test
    void saysWhatMemoryAnIndexOnDiskNeeds() {
        Result result = ann("--index", "diskann", "--degree", "16", "--memory", "5000");
        assertThat(result.status()).isNotZero();
        assertThat(result.err()).contains("memory: 5000 bytes (expected: >= ");
        assertThat(ann("--memory", "5000").err()).contains("--index diskann");
    }

    @Test
    void wantsTheBaseOrWhatWasSaved() {
        TestShell shell = new TestShell(folder);
        Result none = shell.run("bench", "ann", "--queries", "queries.fbin");
        assertThat(none.status()).isNotZero();
        assertThat(none.err()).contains("--base: none (expected: a file, or");
        Result empty = shell.run("bench", "ann", "--queries", "queries.fbin", "--save", "kept");
        assertThat(empty.status()).isNotZero();
        assertThat(empty.err()).contains("no index in the folder of");
    }
}
