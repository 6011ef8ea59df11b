package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The ten questions of samples/README.md find their files, by whichever index. */
@TestInstance(Lifecycle.PER_CLASS)
final class AlmanacTest {

    private static final Pattern ROW = Pattern.compile("\\| (.*\\?) \\| (almanac/\\S+) \\|");
    private static final Path SAMPLES = TestShell.ROOT.resolve("samples").toAbsolutePath();

    @TempDir Path folder;

    private record Question(String text, String file) {}

    @TestFactory
    List<DynamicTest> answersTheQuestionsOfItsReadme() throws IOException {
        TestShell shell = new TestShell(folder);
        String almanac = SAMPLES.resolve("almanac").toString();
        List<DynamicTest> tests = new ArrayList<>();
        for (String kind : List.of("flat", "hnsw")) {
            assertThat(shell.run("build", kind, "--input", almanac, "--index", kind).status())
                    .isZero();
            for (Question question : questions()) {
                tests.add(
                        DynamicTest.dynamicTest(
                                kind + ": " + question.text, () -> ask(shell, kind, question)));
            }
        }
        return tests;
    }

    private static List<Question> questions() throws IOException {
        List<Question> questions = new ArrayList<>();
        for (String line : Files.readAllLines(SAMPLES.resolve("README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                questions.add(new Question(row.group(1), row.group(2)));
            }
        }
        return questions;
    }

    private static void ask(TestShell shell, String index, Question question) {
        List<String> sources = new ArrayList<>();
        JsonNode answer =
                shell.run("search", index, question.text, "-k", "20", "--format", "json").json();
        for (JsonNode result : answer.get("results")) {
            String source = result.get("metadata").get("source").asText();
            if (!sources.contains(source)) {
                sources.add(source);
            }
        }
        assertThat(sources.subList(0, 3))
                .as("first three files for: " + question.text)
                .anyMatch(source -> source.endsWith(question.file));
    }

    @Test
    void hasTenQuestions() throws IOException {
        assertThat(questions()).hasSize(10);
    }
}
