package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.cli.TestShell.Result;
import dev.engram.storage.FolderLock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong is named, with what was expected, and nothing is changed. */
final class BadInputTest {

    @TempDir static Path built;

    @TempDir Path folder;
    private TestShell shell;

    @BeforeAll
    static void buildTwo() throws IOException {
        TestShell shell = new TestShell(built);
        Files.writeString(built.resolve("a.txt"), "Snow falls on the mountain.");
        Files.writeString(built.resolve("b.txt"), "The train is late.");
        assertThat(shell.run("build", "good", "--input", "a.txt").status()).isZero();
        assertThat(shell.run("build", "other", "--input", "b.txt").status()).isZero();
    }

    /** Building is slow, copying is not. */
    @BeforeEach
    void copy() throws IOException {
        shell = new TestShell(folder);
        try (Stream<Path> tree = Files.walk(built)) {
            for (Path from : tree.skip(1).toList()) {
                Files.copy(from, folder.resolve(built.relativize(from).toString()));
            }
        }
    }

    private void assertUnchanged() {
        assertThat(shell.run("search", "good", "weather", "-k", "1").out()).contains("Snow falls");
        assertThat(shell.run("search", "other", "travel", "-k", "1").out()).contains("train");
    }

    @Test
    void namesAMissingPath() {
        Result result = shell.run("build", "good", "--input", "nowhere");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("no such file or folder").contains("nowhere");
        assertUnchanged();
    }

    @Test
    void refusesAFolderWithoutText() throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        Files.write(folder.resolve("empty/x.bin"), new byte[] {0, 1, 2, 0});
        Result result = shell.run("build", "good", "--input", "empty");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("no text to index in empty");
        assertUnchanged();
    }

    @Test
    void namesFilesItCannotReadAndGoesOn() throws IOException {
        Path mixed = Files.createDirectories(folder.resolve("mixed"));
        Files.writeString(mixed.resolve("fine.txt"), "Apples are ripe in autumn.");
        Files.createSymbolicLink(mixed.resolve("dangling.txt"), Path.of("gone.txt"));
        Result result = shell.run("build", "mixed", "--input", "mixed");
        assertThat(result.status()).isZero();
        assertThat(result.err()).contains("Skipped 1 file").contains("dangling.txt");

        Result strict = shell.run("build", "good", "--input", "mixed", "--strict");
        assertThat(strict.status()).isEqualTo(1);
        assertThat(strict.err()).contains("dangling.txt").contains("--strict");
        assertUnchanged();
    }

    @Test
    void namesAnUnknownIndexAndThoseThereAre() {
        Result result = shell.run("search", "god", "x");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("'god'").contains("good, other");
    }

    @Test
    void saysHowToBeginWhereThereIsNothing() {
        Result result = shell.run("search", "good", "x", "--data", "fresh");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("engram build NAME --input PATH");
        assertThat(shell.run("remove", "good", "-f", "--data", "fresh").status()).isEqualTo(1);
        assertThat(Files.exists(folder.resolve("fresh"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-3", "10001", "many"})
    void refusesAnImpossibleNumberOfAnswers(String k) {
        Result result = shell.run("search", "good", "x", "-k", k);
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains(k);
    }

    @Test
    void givesAllThereAreWhereMoreAreAskedFor() {
        assertThat(
                        shell.run("search", "good", "x", "-k", "500", "--format", "json")
                                .json()
                                .get("results"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "..", "../x", "a..b", "", ".hidden", "a b"})
    void refusesNamesThatAreNone(String name) {
        Result result = shell.run("build", name, "--input", "a.txt");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("collection name").contains("expected");
        assertUnchanged();
    }

    @Test
    void refusesChunksThatTheModelCannotRead() {
        Result result = shell.run("build", "good", "--input", "a.txt", "--chunk-size", "512");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("512").contains("254");
        assertUnchanged();
    }

    @Test
    void namesTheModelsThereAre() {
        Result result = shell.run("build", "good", "--input", "a.txt", "--model", "gpt-9");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("gpt-9").contains("all-MiniLM-L6-v2");
        assertUnchanged();
    }

    @Test
    void refusesAnEmptyQuestion() {
        assertThat(shell.run("search", "good", "  ").status()).isEqualTo(2);
    }

    @Test
    void refusesOptionsItDoesNotKnow() {
        Result result = shell.run("search", "good", "x", "--topk", "3");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("--topk").contains("--help");
    }

    @Test
    void refusesAtOnceWhileAnotherWrites() {
        try (FolderLock held = FolderLock.exclusive(folder.resolve(".engram"))) {
            assertThat(held).isNotNull();
            Result result = shell.run("search", "good", "x");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err())
                    .contains("in use")
                    .contains(String.valueOf(ProcessHandle.current().pid()));
            assertThat(shell.run("build", "good", "--input", "a.txt").status()).isEqualTo(1);
        }
        assertUnchanged();
    }

    @Test
    void speaksJsonAboutErrorsWhenAskedFor() {
        Result missing = shell.run("search", "god", "x", "--format", "json");
        assertThat(missing.out()).isEmpty();
        assertThat(missing.error().get("code").asText()).isEqualTo("not_found");
        assertThat(missing.error().get("message").asText()).contains("'god'");
        assertThat(missing.error().get("hint").asText()).contains("engram list");

        Result usage = shell.run("search", "good", "x", "--format=json", "-k", "many");
        assertThat(usage.error().get("code").asText()).isEqualTo("usage");
        assertThat(usage.status()).isEqualTo(2);
    }

    @Test
    void namesADamagedFileAndServesTheOthers() throws IOException {
        Path vectors = segmentFile("1", ".vectors");
        try (RandomAccessFile file = new RandomAccessFile(vectors.toFile(), "rw")) {
            file.seek(100);
            int before = file.read();
            file.seek(100);
            file.write(before ^ 4);
        }
        Result result = shell.run("search", "good", "weather", "--format", "json");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.error().get("code").asText()).isEqualTo("corrupt");
        assertThat(result.error().get("message").asText()).contains(vectors.toString());
        assertThat(shell.run("search", "other", "travel").out()).contains("train");
        assertThat(shell.run("list").status()).isZero();
        assertThat(shell.run("remove", "good", "-f").status()).isZero();
        assertThat(shell.run("build", "good", "--input", "a.txt").status()).isZero();
        assertUnchanged();
    }

    @Test
    void namesATruncatedManifest() throws IOException {
        Path manifest = segmentFile("1", "MANIFEST");
        byte[] bytes = Files.readAllBytes(manifest);
        Files.write(manifest, java.util.Arrays.copyOf(bytes, bytes.length - 7));
        Result result = shell.run("search", "good", "weather");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("corrupt file").contains(manifest.toString());
        assertThat(shell.run("list").out()).contains("DAMAGED").contains("other");
    }

    private Path segmentFile(String collection, String ending) throws IOException {
        Path segments = folder.resolve(".engram/segments").resolve(collection);
        try (Stream<Path> files = Files.list(segments)) {
            return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
        }
    }

    @Test
    void saysThatAFolderCannotBeWritten() throws IOException {
        // A file in the way: permissions would be no obstacle to root, who runs tests in
        // containers.
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        Result result = shell.run("build", "good", "--input", "a.txt", "--data", "file");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains(file.toString());
        assertUnchanged();
    }
}
