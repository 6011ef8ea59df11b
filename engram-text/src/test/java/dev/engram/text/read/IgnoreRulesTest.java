package dev.engram.text.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IgnoreRulesTest {

    private static final List<String> NAMES =
            List.of("a", "b", "ab", "abc", "a.c", "b.md", "x y", "-", "[a]", "A", "a1", "#a", "!b");
    private static final List<String> SIGNS =
            List.of(
                    "a",
                    "b",
                    "c",
                    "ab",
                    "*",
                    "*",
                    "**",
                    "?",
                    "/",
                    "/",
                    "[ab]",
                    "[!a]",
                    "[a-c]",
                    "\\a",
                    ".",
                    "1",
                    "[[:digit:]]",
                    "[^b]",
                    " ",
                    "\\ ",
                    "**/",
                    "/**",
                    "[]a]",
                    "[a",
                    "-",
                    "#",
                    "A",
                    "\\!",
                    "\\#",
                    "[[:alpha:]-]",
                    "/**/");

    @TempDir private Path folder;

    /** The tree and the patterns are drawn from the seed; git says what it makes of them. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void ignoresWhatGitIgnores(long seed) throws Exception {
        Random random = new Random(seed);
        git("init", "-q");
        grow(folder, random, 0);
        List<String> paths = paths();
        assertThat(paths).hasSizeGreaterThan(20);
        TreeSet<String> ours = new TreeSet<>();
        ignored(folder, "", IgnoreRules.NONE, ours);
        assertThat(ours).as("seed " + seed).isEqualTo(ignoredByGit(paths));
    }

    @Test
    void takesNoLongerForAPatternOfManyStars() {
        IgnoreRules rules =
                IgnoreRules.NONE.with("", List.of("*a".repeat(40) + "b", "**/a".repeat(20) + "/b"));
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    assertThat(rules.ignores("a".repeat(4000), false)).isFalse();
                    assertThat(rules.ignores("a/".repeat(2000) + "c", false)).isFalse();
                    assertThat(rules.ignores("a".repeat(4000) + "b", false)).isTrue();
                });
    }

    private static void grow(Path at, Random random, int depth) throws IOException {
        for (int i = 0; i < 7; i++) {
            Path child = at.resolve(NAMES.get(random.nextInt(NAMES.size())));
            if (Files.exists(child)) {
                continue;
            }
            // The top has folders whatever the seed says.
            if ((depth == 0 && i < 3) || (depth < 3 && random.nextInt(3) == 0)) {
                Files.createDirectories(child);
                grow(child, random, depth + 1);
            } else {
                Files.writeString(child, "x");
            }
        }
        if (depth == 0 || random.nextInt(3) == 0) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                lines.append(pattern(random)).append(random.nextInt(8) == 0 ? "\r\n" : "\n");
            }
            Files.writeString(at.resolve(".gitignore"), lines);
        }
    }

    private static String pattern(Random random) {
        StringBuilder pattern = new StringBuilder(random.nextInt(3) == 0 ? "!" : "");
        int parts = 1 + random.nextInt(5);
        for (int i = 0; i < parts; i++) {
            pattern.append(SIGNS.get(random.nextInt(SIGNS.size())));
        }
        return pattern.append(random.nextInt(4) == 0 ? "/" : "").toString();
    }

    /** Paths of files only: of what lies in an ignored folder git says that it is ignored, too. */
    private List<String> paths() throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.startsWith(".git/"))
                    .sorted()
                    .toList();
        }
    }

    private static void ignored(Path at, String below, IgnoreRules above, Set<String> found)
            throws IOException {
        IgnoreRules rules = above.in(at, below);
        try (Stream<Path> children = Files.list(at)) {
            for (Path child : children.toList()) {
                String name = below + child.getFileName();
                boolean isFolder = Files.isDirectory(child);
                if (name.equals(".git")) {
                    continue;
                }
                if (!rules.ignores(name, isFolder)) {
                    if (isFolder) {
                        ignored(child, name + "/", rules, found);
                    }
                } else if (isFolder) {
                    try (Stream<Path> tree = Files.walk(child)) {
                        tree.filter(Files::isRegularFile)
                                .forEach(f -> found.add(below + at.relativize(f)));
                    }
                } else {
                    found.add(name);
                }
            }
        }
    }

    private Set<String> ignoredByGit(List<String> paths) throws Exception {
        Process git = git("check-ignore", "-z", "--no-index", "--stdin");
        try (OutputStream in = git.getOutputStream()) {
            in.write(String.join("\0", paths).getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).isLessThan(2);
        TreeSet<String> ignored = new TreeSet<>(List.of(said.split("\0")));
        ignored.remove("");
        return ignored;
    }

    private Process git(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of("git", "-c", "core.excludesFile=", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        if (arguments[0].equals("init")) {
            assertThat(process.waitFor()).isZero();
        }
        return process;
    }
}
