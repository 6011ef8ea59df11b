package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.engram.cli.Judgements.Scores;
import dev.engram.cli.TestShell.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QualityTest {

    @TempDir Path folder;

    private void write(String name, String content) throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(file) : file) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void measuresAJudgedSet() throws IOException {
        write(
                "corpus.jsonl.gz",
                """
                {"id":"d1","title":"Bees","text":"Bees dance to show the way to flowers."}
                {"id":"d2","title":"Steel","text":"Steel is iron with a little carbon."}
                {"id":"d3","title":"","text":"The sea is salty."}
                """);
        write(
                "queries.jsonl",
                """
                {"id":"q1","text":"how insects tell each other about food"}
                {"id":"q2","text":"what is an alloy"}
                {"id":"q3","text":"nobody judged this"}
                """);
        write("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\nq2\td3\t0\n");

        Result result =
                new TestShell(folder).run("bench", "quality", "--eval", ".", "--format", "json");
        assertThat(result.err()).isEmpty();
        JsonNode report = result.json();
        assertThat(report.get("ndcg@10").asDouble()).isEqualTo(1.0);
        assertThat(report.get("recall@10").asDouble()).isEqualTo(1.0);
        assertThat(report.get("mrr@10").asDouble()).isEqualTo(1.0);
        assertThat(report.get("queries").asInt()).isEqualTo(2);
        assertThat(report.get("documents").asInt()).isEqualTo(3);
        assertThat(report.get("index_seconds").asDouble()).isPositive();
        assertThat(report.get("query_ms").asDouble()).isPositive();
    }

    @Test
    void scoresAsTheDefinitionsSay() {
        Judgements judged = new Judgements(Map.of("a", 2, "b", 1, "c", 0));
        Scores scores = judged.score(List.of("x", "b", "a"));
        // (1/log2(3) + 2/log2(4)) / (2/log2(2) + 1/log2(3))
        double log3 = Math.log(3) / Math.log(2);
        assertThat(scores.ndcg()).isCloseTo((1 / log3 + 1) / (2 + 1 / log3), within(1e-12));
        assertThat(scores.recall()).isEqualTo(1.0);
        assertThat(scores.reciprocalRank()).isEqualTo(0.5);
        assertThat(judged.score(List.of("c", "x"))).isEqualTo(Scores.NONE);
    }

    @Test
    void namesWhatIsMissingOrBroken() throws IOException {
        TestShell shell = new TestShell(folder);
        assertThat(shell.run("bench", "quality", "--eval", "nowhere").err()).contains("nowhere");
        assertThat(shell.run("bench", "quality", "--eval", ".").err()).contains("corpus.jsonl");
        write("corpus.jsonl", "{\"id\":\"d\",\"text\":\"x\"}\n{oops\n");
        assertThat(shell.run("bench", "quality", "--eval", ".").err()).contains("line 2");
        assertThat(shell.run("bench", "quality", "--eval", ".", "--mode", "words").status())
                .isEqualTo(2);
    }
}
