package dev.engram.text.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.NotFoundException;
import dev.engram.text.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalkTest {

    @TempDir private Path folder;

    @Test
    void namesFilesAsTheirFolderWasGivenInOrder() throws IOException {
        Path docs = folder.resolve("docs");
        write(docs.resolve("b.md"));
        write(docs.resolve("a/z.txt"));
        write(docs.resolve("A.md"));
        assertThat(names(List.of(docs), true))
                .containsExactly("docs/A.md", "docs/a/z.txt", "docs/b.md");
        assertThat(names(List.of(docs), false)).containsExactly("docs/A.md", "docs/b.md");
    }

    @Test
    void namesASingleFileAsGiven() throws IOException {
        Path file = write(folder.resolve("one.txt"));
        Source source = Walk.over(List.of(file), true).sources().getFirst();
        assertThat(source.name()).isEqualTo(file.toString());
        assertThat(source.named()).isTrue();
        assertThat(source.bytes()).isEqualTo(4);
    }

    @Test
    void namesWhatIsHereWithoutAFolder() {
        List<String> names = names(List.of(Path.of(".")), false);
        assertThat(names).contains("pom.xml").noneMatch(n -> n.contains("/"));
    }

    @Test
    void passesOverWhatIsHiddenOrMachineMade() throws IOException {
        Path project = folder.resolve("project");
        for (String name :
                List.of(
                        "pom.xml",
                        ".git/config",
                        ".hidden",
                        "node_modules/x/index.js",
                        "target/classes/a.txt",
                        "src/build/kept.txt",
                        "src/__pycache__/a.txt",
                        "src/venv/lib.py")) {
            write(project.resolve(name));
        }
        assertThat(names(List.of(project), true))
                .containsExactly("project/pom.xml", "project/src/build/kept.txt");
        assertThat(names(List.of(project.resolve(".git")), true))
                .containsExactly("project/.git/config");
        assertThat(names(List.of(project.resolve("target")), true))
                .containsExactly("project/target/classes/a.txt");
    }

    @Test
    void readsEveryFileOnce() throws IOException {
        Path docs = folder.resolve("docs");
        Path file = write(docs.resolve("a.txt"));
        assertThat(names(List.of(docs, file, docs.resolve("../docs")), true))
                .containsExactly("docs/a.txt");
    }

    @Test
    void tellsFilesOfOneNameApart() throws IOException {
        write(folder.resolve("x/docs/a.txt"));
        write(folder.resolve("y/docs/a.txt"));
        Path second = folder.resolve("y/docs");
        assertThat(names(List.of(folder.resolve("x/docs"), second), true))
                .containsExactly("x/docs/a.txt", "y/docs/a.txt");
    }

    @Test
    void followsLinksButNeverInCircles() throws IOException {
        Path docs = folder.resolve("docs");
        Path real = write(docs.resolve("a.txt"));
        Path outside = write(folder.resolve("outside/b.txt"));
        Files.createSymbolicLink(docs.resolve("again.txt"), real);
        Files.createSymbolicLink(docs.resolve("circle"), docs);
        Files.createSymbolicLink(docs.resolve("far"), outside.getParent());
        Files.createSymbolicLink(docs.resolve("nowhere"), folder.resolve("gone"));
        Files.createSymbolicLink(docs.resolve("self"), docs.resolve("self"));
        Walk.Found found = Walk.over(List.of(docs), true);
        assertThat(found.sources())
                .extracting(Source::name)
                .containsExactly(docs + "/a.txt", docs + "/far/b.txt");
        assertThat(found.skipped())
                .containsExactly(
                        new Skipped(docs + "/nowhere", "a link to nowhere"),
                        new Skipped(docs + "/self", "a link that cannot be followed"));
    }

    @Test
    void passesOverPipesByName() throws Exception {
        Path docs = Files.createDirectories(folder.resolve("docs"));
        Process mkfifo = new ProcessBuilder("mkfifo", docs.resolve("pipe").toString()).start();
        assertThat(mkfifo.waitFor()).isZero();
        assertThat(Walk.over(List.of(docs), true).skipped())
                .containsExactly(
                        new Skipped(docs + "/pipe", "not a file (a pipe, a socket or a device)"));
    }

    @Test
    void saysWhichInputDoesNotExist() {
        Path gone = folder.resolve("gone");
        assertThatThrownBy(() -> Walk.over(List.of(folder, gone), true))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no such file or folder: " + gone);
        assertThatThrownBy(() -> Walk.over(List.of(), true))
                .hasMessage("inputs: none (expected: files or folders)");
    }

    /** The names without the temporary folder in front. */
    private List<String> names(List<Path> inputs, boolean recursive) {
        return Walk.over(inputs, recursive).sources().stream()
                .map(source -> source.name().replace(folder + "/", ""))
                .toList();
    }

    private static Path write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.writeString(file, "text");
    }
}
