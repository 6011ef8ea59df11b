package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.cli.Launcher.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README prints is run exactly as printed. */
final class ReadmeTest {

    @TempDir Path folder;

    @Test
    void theLibraryExamplesPrintWhatTheySay() throws Exception {
        List<String> examples = Launcher.blocks(read("README.md"), "java");
        assertThat(examples).hasSize(2);
        assertThat(run(examples.get(0))).isEqualTo("The cat sleeps on the warm windowsill.\n");
        assertThat(run(examples.get(1))).isEqualTo("red-shoe {price=59.9}\n");
    }

    /**
     * Every block marked "java" is a program; the block marked "text" behind it is what it says.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "docs/TRANSACTIONS.md",
                "docs/filters.md",
                "docs/search.md",
                "docs/backup.md"
            })
    void theProgramsOfThePapersPrintWhatTheySay(String paper) throws Exception {
        List<String> examples = Launcher.blocks(read(paper), "java");
        List<String> said = Launcher.blocks(read(paper), "text");
        assertThat(examples).hasSameSizeAs(said).isNotEmpty();
        for (int i = 0; i < examples.size(); i++) {
            assertThat(run(examples.get(i))).isEqualTo(said.get(i));
        }
    }

    @Test
    void theFirstExampleIsTenLines() throws IOException {
        List<String> lines = Launcher.blocks(read("README.md"), "java").getFirst().lines().toList();
        long statements =
                lines.stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("import"))
                        .count();
        assertThat(statements).isLessThanOrEqualTo(10);
    }

    private String run(String example) throws Exception {
        Path file = Files.writeString(folder.resolve("Example.java"), example);
        Ended ended =
                Launcher.run(
                        folder,
                        Map.of(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        file.toString());
        assertThat(ended.status()).as(ended.said()).isZero();
        return ended.said();
    }

    /** Every block marked "sh" in the README and docs, in the order of the files. */
    @TestFactory
    Stream<DynamicTest> theCommandsOfTheDocsWork() throws IOException {
        try (Stream<Path> docs = Files.list(Launcher.ROOT.resolve("docs"))) {
            List<Path> papers =
                    Stream.concat(Stream.of(Launcher.ROOT.resolve("README.md")), docs.sorted())
                            .filter(path -> path.toString().endsWith(".md"))
                            .toList();
            return papers.stream().flatMap(this::commands);
        }
    }

    private Stream<DynamicTest> commands(Path paper) {
        return Launcher.blocks(read(paper.toString()), "sh").stream()
                .map(
                        block ->
                                DynamicTest.dynamicTest(
                                        paper.getFileName()
                                                + ": "
                                                + block.lines().findFirst().orElse(""),
                                        () -> runInCheckout(block)));
    }

    private void runInCheckout(String block) throws Exception {
        Map<String, String> environment =
                Map.of("ENGRAM_DATA", folder.resolve("data").toString(), "HOME", folder.toString());
        Ended ended = Launcher.run(Launcher.ROOT, environment, "sh", "-e", "-c", block);
        assertThat(ended.status()).as(ended.said()).isZero();
    }

    private static String read(String name) {
        try {
            return Files.readString(Launcher.ROOT.resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
