package dev.engram.text.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.NotFoundException;
import dev.engram.text.Selection;
import dev.engram.text.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
        Source source = Walk.over(List.of(file), Selection.DEFAULT).next();
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
    void heedsIgnoreFilesOfItsOwnAndOfTheRepositoryAround() throws IOException {
        Path project = folder.resolve("project");
        for (String name :
                List.of(
                        ".git/HEAD",
                        "a.log",
                        "docs/a.log",
                        "docs/a.md",
                        "docs/b.md",
                        "docs/kept.log",
                        "docs/draft/c.md",
                        "gen/d.md")) {
            write(project.resolve(name));
        }
        Files.writeString(project.resolve(".gitignore"), "*.log\n/gen/\ndraft/\n");
        Files.writeString(project.resolve("docs/.gitignore"), "!kept.log\n");
        Files.writeString(project.resolve("docs/.engramignore"), "b.md\n");
        assertThat(names(List.of(project), true))
                .containsExactly("project/docs/a.md", "project/docs/kept.log");
        assertThat(names(List.of(project.resolve("docs")), true))
                .containsExactly("project/docs/a.md", "project/docs/kept.log");
        assertThat(names(List.of(project.resolve("gen")), true))
                .containsExactly("project/gen/d.md");
        Selection all = new Selection(true, false, false, true, Set.of(), List.of());
        assertThat(names(List.of(project.resolve("docs")), all)).hasSize(5);
    }

    @Test
    void takesOnlyWhatIsWanted() throws IOException {
        Path docs = folder.resolve("docs");
        for (String name : List.of("a.md", "b.PDF", "c.txt", "old/d.md", "old/.e.md", "f.md")) {
            write(docs.resolve(name));
        }
        Selection types = Selection.DEFAULT.withFileTypes(Set.of(".md", "pdf"));
        assertThat(names(List.of(docs), types))
                .containsExactly("docs/a.md", "docs/b.PDF", "docs/f.md", "docs/old/d.md");
        assertThat(names(List.of(docs), types.withExcluded(List.of("/old", "f.*"))))
                .containsExactly("docs/a.md", "docs/b.PDF");
        Selection hidden = new Selection(true, true, false, false, Set.of(), List.of("*.txt"));
        assertThat(names(List.of(docs), hidden)).contains("docs/old/.e.md").hasSize(5);
        assertThatThrownBy(() -> Selection.DEFAULT.withFileTypes(Set.of("a/b")))
                .hasMessage("file type: 'a/b' (expected: the end of names, such as .md)");
    }

    @Test
    void entersSubmodulesOnlyWhenAsked() throws IOException {
        Path project = folder.resolve("project");
        write(project.resolve(".git/HEAD"));
        write(project.resolve("module/a.md"));
        write(project.resolve("tree/b.md"));
        Files.writeString(project.resolve("module/.git"), "gitdir: ../.git/modules/module\n");
        Files.writeString(project.resolve("tree/.git"), "gitdir: ../../x/.git/worktrees/tree\n");
        assertThat(names(List.of(project), true)).containsExactly("project/tree/b.md");
        Selection asked = new Selection(true, false, true, false, Set.of(), List.of());
        assertThat(names(List.of(project), asked))
                .containsExactly("project/module/a.md", "project/tree/b.md");
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
        Walk found = Walk.over(List.of(docs), Selection.DEFAULT);
        assertThat(sources(found))
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
        Walk walk = Walk.over(List.of(docs), Selection.DEFAULT);
        assertThat(sources(walk)).isEmpty();
        assertThat(walk.skipped())
                .containsExactly(
                        new Skipped(docs + "/pipe", "not a file (a pipe, a socket or a device)"));
    }

    @Test
    void saysWhichInputDoesNotExist() {
        Path gone = folder.resolve("gone");
        assertThatThrownBy(() -> Walk.over(List.of(folder, gone), Selection.DEFAULT))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no such file or folder: " + gone);
        assertThatThrownBy(() -> Walk.over(List.of(), Selection.DEFAULT))
                .hasMessage("inputs: none (expected: files or folders)");
    }

    /** The names without the temporary folder in front. */
    private List<String> names(List<Path> inputs, boolean recursive) {
        return names(inputs, Selection.DEFAULT.withRecursive(recursive));
    }

    private List<String> names(List<Path> inputs, Selection selection) {
        return sources(Walk.over(inputs, selection)).stream()
                .map(source -> source.name().replace(folder + "/", ""))
                .toList();
    }

    private static List<Source> sources(Walk walk) {
        List<Source> sources = new ArrayList<>();
        walk.forEachRemaining(sources::add);
        return sources;
    }

    private static Path write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.writeString(file, "text");
    }
}
