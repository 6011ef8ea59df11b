package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.engram.cli.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The everyday life of an index: made, asked, looked at, made again, removed. */
final class CommandsTest {

    @TempDir Path folder;
    private TestShell shell;

    @BeforeEach
    void writeNotes() throws IOException {
        shell = new TestShell(folder);
        Path notes = Files.createDirectories(folder.resolve("notes/deeper"));
        Files.writeString(
                folder.resolve("notes/pets.md"),
                "# Pets\n\nThe cat sleeps on the warm windowsill all afternoon.\n");
        Files.writeString(
                notes.resolve("money.txt"), "The central bank raised interest rates again.\n");
    }

    private Result build(String... more) {
        String[] args = new String[4 + more.length];
        System.arraycopy(new String[] {"build", "mine", "--input", "notes"}, 0, args, 0, 4);
        System.arraycopy(more, 0, args, 4, more.length);
        return shell.run(args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat", "hnsw", "ivf_pq", "scan"})
    void findsWhatIsMeant(String kind) {
        Result built = build("--index", kind);
        assertThat(built.err()).isEmpty();
        assertThat(built.status()).isZero();
        assertThat(built.out()).contains("Indexed 2 files").contains("2 passages");

        String question = "Where does the pet nap?";
        Result meant = shell.run("search", "mine", question, "-k", "1", "--mode", "vector");
        Result found = shell.run("search", "mine", question, "-k", "1");
        assertThat(meant.out()).startsWith(" 1. 0.");
        assertThat(found.out()).startsWith(" 1. 1.000");
        for (Result one : List.of(meant, found)) {
            assertThat(one.status()).isZero();
            assertThat(one.out())
                    .contains("notes/pets.md:1  (Pets)")
                    .contains("The cat sleeps on the warm windowsill")
                    .doesNotContain("interest");
        }
    }

    @Test
    void findsWordsAsTheyStand() {
        build();
        Result found = shell.run("search", "mine", "windowsill", "--mode", "keyword");
        assertThat(found.out()).contains("notes/pets.md:1").doesNotContain("money.txt");
        assertThat(shell.run("search", "mine", "walrus", "--mode", "keyword").out())
                .isEqualTo("Nothing in 'mine' has these words.\n");
        assertThat(shell.run("search", "mine", "walrus", "--mode", "smell").status()).isEqualTo(2);
    }

    @Test
    void findsAFunctionByWhatItDoes() throws IOException {
        String area = "def area(radius):\n    return 3.14159 * radius * radius\n";
        String fill = "    total = total + 1\n".repeat(20);
        Files.writeString(
                folder.resolve("notes/shapes.py"),
                "class Circle:\n" + area.indent(4) + "\ndef count(total):\n" + fill);
        assertThat(build("--file-types", "py").out()).contains("2 passages");
        Result found = shell.run("search", "mine", "surface of a disc", "-k", "1");
        assertThat(found.out()).contains("notes/shapes.py:1  (Circle)").contains("def area");
        Result named = shell.run("search", "mine", "surface", "--filter", "symbol = 'count'");
        assertThat(named.out()).contains("notes/shapes.py:5  (count)").doesNotContain("Circle");
        build("--file-types", "py", "--no-use-ast-chunking");
        assertThat(shell.run("search", "mine", "surface of a disc", "-k", "1").out())
                .contains("notes/shapes.py:1")
                .doesNotContain("Circle)");
    }

    @Test
    void answersInTheJsonThatScriptsRelyOn() {
        build();
        Result found =
                shell.run("search", "mine", "borrowing money", "--top-k", "9", "--format", "json");
        JsonNode answer = found.json();
        assertThat(found.out().lines()).hasSize(1);
        assertThat(fields(answer)).containsExactly("query", "index", "mode", "results", "took_ms");
        assertThat(answer.get("mode").asText()).isEqualTo("hybrid");
        assertThat(answer.get("query").asText()).isEqualTo("borrowing money");
        assertThat(answer.get("index").asText()).isEqualTo("mine");
        assertThat(answer.get("took_ms").isNumber()).isTrue();
        assertThat(answer.get("results")).hasSize(2);
        JsonNode best = answer.get("results").get(0);
        assertThat(fields(best)).containsExactly("id", "score", "meaning", "text", "metadata");
        assertThat(best.get("meaning").get("rank").asInt()).isEqualTo(1);
        assertThat(best.get("metadata").get("source").asText())
                .isEqualTo(folder.resolve("notes/deeper/money.txt").toString());
        assertThat(best.get("metadata").get("line").asInt()).isEqualTo(1);
        assertThat(best.get("score").floatValue())
                .isGreaterThan(answer.get("results").get(1).get("score").floatValue());
    }

    @Test
    void altersAnIndexWithoutReadingItsDocumentsAgain() throws IOException {
        build();
        Files.delete(folder.resolve("notes/pets.md"));
        assertThat(shell.run("alter", "mine", "--codes", "sq8").out())
                .isEqualTo("'mine' is hnsw, sq8 codes now (2 records).\n");
        assertThat(shell.run("alter", "mine", "--index", "diskann", "--graph-degree", "20").out())
                .isEqualTo("'mine' is diskann now (2 records).\n");
        assertThat(shell.run("info", "mine", "--format", "json").json().get("index").asText())
                .isEqualTo("diskann");
        assertThat(shell.run("search", "mine", "Where does the pet nap?", "-k", "1").out())
                .contains("notes/pets.md:1");
        assertThat(shell.run("alter", "mine").status()).isEqualTo(2);
        assertThat(shell.run("alter", "mine", "--index", "flat", "--codes", "pq").err())
                .contains("--codes: PQ with flat (expected: --index hnsw, or none)");
        assertThat(shell.run("alter", "other", "--codes", "pq").err()).contains("no collection");
    }

    @Test
    void findsDamageAndMendsIt() throws IOException {
        build();
        assertThat(shell.run("verify", "mine").out()).isEqualTo("mine: sound\n");
        Path vectors = folder.resolve(".engram/segments/1/000001.vectors");
        byte[] sound = Files.readAllBytes(vectors);
        sound[80] ^= 4;
        Files.write(vectors, sound);
        Result verified = shell.run("verify", "--all");
        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.out())
                .contains("mine: DAMAGED: ")
                .contains("000001.vectors")
                .contains("engram repair mine");
        JsonNode findings = shell.run("verify", "mine", "--format", "json").json();
        assertThat(findings.get("findings").get(0).get("index").asText()).isEqualTo("mine");
        Result repaired = shell.run("repair", "mine");
        assertThat(repaired.status()).isZero();
        assertThat(repaired.out()).contains("2 vectors were made again from texts");
        assertThat(shell.run("repair", "--all").out()).isEqualTo("mine: nothing was wrong\n");
        assertThat(shell.run("verify", "--all").status()).isZero();
        assertThat(shell.run("search", "mine", "Where does the pet nap?", "-k", "1").out())
                .contains("notes/pets.md:1");
        assertThat(shell.run("verify").err()).contains("which index? (expected: NAME, or --all)");
        assertThat(shell.run("repair", "other").status()).isEqualTo(1);
    }

    @Test
    void listsAndDescribesInJson() {
        build("--index", "flat");
        JsonNode index = shell.run("list", "--format", "json").json().get("indexes").get(0);
        assertThat(fields(index))
                .containsExactly("name", "records", "dimension", "model", "index", "bytes");
        assertThat(index.get("name").asText()).isEqualTo("mine");
        assertThat(index.get("records").asInt()).isEqualTo(2);
        assertThat(index.get("model").asText()).isEqualTo("all-MiniLM-L6-v2");
        assertThat(index.get("index").asText()).isEqualTo("flat");

        JsonNode info = shell.run("info", "mine", "--format=json").json();
        assertThat(fields(info))
                .containsExactly(
                        "name",
                        "records",
                        "dimension",
                        "metric",
                        "index",
                        "model",
                        "bytes",
                        "memory");
        assertThat(info.get("memory").get("total").asLong())
                .isLessThanOrEqualTo(info.get("memory").get("budget").asLong());
        assertThat(info.get("metric").asText()).isEqualTo("cosine");
        JsonNode bytes = info.get("bytes");
        assertThat(fields(bytes))
                .containsExactly(
                        "text_raw",
                        "vectors_raw",
                        "graph",
                        "codes",
                        "vectors",
                        "records",
                        "keyword",
                        "other",
                        "total");
        assertThat(bytes.get("vectors_raw").asLong()).isEqualTo(2 * 384 * 4);
        assertThat(bytes.get("vectors").asLong()).isGreaterThan(2 * 384 * 4);
        assertThat(bytes.get("total").asLong()).isEqualTo(index.get("bytes").asLong());
    }

    @Test
    void listsNothingWhereThereIsNothing() {
        assertThat(shell.run("list").out()).contains("No indexes").contains("engram build");
        assertThat(shell.run("list", "--format", "json").out()).isEqualTo("{\"indexes\":[]}\n");
        assertThat(Files.exists(folder.resolve(".engram"))).isFalse();
    }

    @Test
    void replacesAnIndexWhenItIsBuiltAgain() throws IOException {
        build();
        Files.writeString(folder.resolve("notes/pets.md"), "A goldfish swims in circles.\n");
        build();
        assertThat(shell.run("list").out()).contains("2 records");
        assertThat(shell.run("search", "mine", "an animal", "-k", "1").out())
                .contains("goldfish")
                .doesNotContain("cat");
    }

    @Test
    void staysOutOfDeeperFoldersWhenTold() {
        assertThat(build("--no-recursive").out()).contains("Indexed 1 file ");
        assertThat(build("--recursive").out()).contains("Indexed 2 files ");
    }

    @Test
    void takesTheSeedsSpellings() {
        Result built =
                shell.run(
                        "build",
                        "mine",
                        "--docs",
                        "notes",
                        "--backend",
                        "HNSW",
                        "--graph-degree",
                        "8",
                        "--build-complexity",
                        "64",
                        "--embedding-model",
                        "minilm",
                        "--chunk-size",
                        "100",
                        "--chunk-overlap",
                        "10",
                        "--recursive");
        assertThat(built.err()).isEmpty();
        assertThat(built.status()).isZero();
        assertThat(shell.run("search", "mine", "cat", "--complexity", "10").status()).isZero();
    }

    @Test
    void answersOnlyWhatAFilterAccepts() {
        build();
        String[] filters = {"source LIKE '%.txt'", "{\"source\": {\"ends_with\": \"txt\"}}"};
        for (String filter : filters) {
            Result found = shell.run("search", "mine", "a cat asleep", "--filter", filter);
            assertThat(found.status()).isZero();
            assertThat(found.out()).contains("money.txt").doesNotContain("pets.md");
        }
        assertThat(shell.run("search", "mine", "x", "--metadata-filter", "FALSE").out())
                .contains("Nothing in 'mine' is accepted by the filter.");
        Result wrong = shell.run("search", "mine", "x", "--filter", "source LIK 'a'");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("column 8", "did you mean 'LIKE'?", "\n         ^\n");
    }

    @Test
    void removesOnlyWhenToldTo() {
        build();
        Result asked = shell.run("remove", "mine");
        assertThat(asked.status()).isEqualTo(2);
        assertThat(asked.err()).contains("-f");
        assertThat(shell.run("list").out()).contains("mine");
        assertThat(shell.run("remove", "mine", "-f").out()).contains("Removed 'mine' (2 records)");
        assertThat(shell.run("list").out()).contains("No indexes");
    }

    @Test
    void keepsDataWhereItIsTold() {
        shell.run("build", "mine", "--data", "elsewhere", "--input", "notes");
        assertThat(Files.isDirectory(folder.resolve("elsewhere/segments"))).isTrue();
        assertThat(shell.run("list").out()).contains("No indexes");
        assertThat(shell.run("list", "--data", "elsewhere").out()).contains("mine");
    }

    @Test
    void saysNothingButTheAnswerWhenQuiet() {
        Result built = build("-q");
        assertThat(built.status()).isZero();
        assertThat(built.out() + built.err()).isEmpty();
    }

    @Test
    void knowsItsVersionAndExplainsItself() {
        assertThat(shell.run("--version").out()).matches("engram \\d+\\.\\d+\\.\\d+\\R");
        for (String command : List.of("build", "search", "list", "info", "remove", "serve")) {
            assertThat(shell.run(command, "--help").out()).startsWith("Usage: engram " + command);
        }
        assertThat(shell.run("generate-completion").out()).contains("complete -F");
    }

    private static List<String> fields(JsonNode object) {
        return object.propertyStream().map(java.util.Map.Entry::getKey).toList();
    }
}
