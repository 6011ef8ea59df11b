package dev.engram.testkit.tidy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds a small bad repository to the rules: a check that cannot fail is worth nothing. */
final class TidyRulesTest {

    private static final String GOOD = "engram-index/src/main/java/dev/engram/index/Good.java";
    private static final String TEST = "engram-index/src/test/java/dev/engram/index/GoodTest.java";
    private static final String INFO = "engram-index/src/main/java/module-info.java";

    @TempDir private Path root;

    @Test
    void findsNothingInATidyTree() throws IOException {
        write(GOOD, "package dev.engram.index;\n\nfinal class Good {}\n");
        write(INFO, "/** Finds things. */\n@NullMarked\nmodule dev.engram.index {}\n");
        write("README.md", "[good](" + GOOD + ") and [itself](#top)\n");
        SourceTree tree = SourceTree.of(root);
        assertThat(tree.files()).containsExactly("README.md", GOOD, INFO);
        assertThat(SizeRules.check(tree)).isEmpty();
        assertThat(NameRules.check(tree)).isEmpty();
        assertThat(CallRules.check(tree)).isEmpty();
        assertThat(FloorRules.check(tree)).isEmpty();
        assertThat(ModuleRules.check(tree)).isEmpty();
        assertThat(PaperRules.checkLinks(tree)).isEmpty();
        assertThat(PaperRules.checkMachinePaths(tree)).isEmpty();
    }

    @Test
    void findsALongFile() throws IOException {
        write(GOOD, "package dev.engram.index;\n" + "\n".repeat(799) + "class Good {}\n");
        assertFound(SizeRules.check(tree()), GOOD + ":801: file size: 801 lines");
    }

    @Test
    void findsThatATenthOfTheFilesIsBig() throws IOException {
        for (int i = 0; i < 10; i++) {
            String lines = "\n".repeat(i < 8 ? 5 : 451 + i);
            write(GOOD.replace("Good", "Good" + i), "package dev.engram.index;" + lines);
        }
        List<Finding> found = SizeRules.check(tree());
        assertFound(found, "file size decile: one file in ten has 459 lines");
        assertThat(found.getFirst().remedy()).endsWith("Good9.java");
        write(GOOD.replace("Good", "Good8"), "package dev.engram.index;");
        assertThat(SizeRules.check(tree())).isEmpty();
    }

    @Test
    void findsALongMethodAndItsLine() throws IOException {
        String body = "        int a;\n".repeat(59);
        write(GOOD, "class Good {\n\n    @Deprecated\n    void a() {\n" + body + "    }\n}\n");
        assertFound(SizeRules.check(tree()), GOOD + ":3: method size: a has 62 lines");
    }

    @Test
    void countsAConstructorAndALambdaInsideToo() throws IOException {
        String body = "        int a;\n".repeat(60);
        write(GOOD, "record Good(int b) {\n    Good {\n" + body + "    }\n}\n");
        assertFound(SizeRules.check(tree()), ":2: method size: <init> has 62 lines");
    }

    @Test
    void findsAFileThatIsNoJava() throws IOException {
        write(GOOD, "class Good {\n    void a( {\n}\n");
        assertFound(SizeRules.check(tree()), GOOD + ":2: parse: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class LockManager {}",
                "interface PathHelper {}",
                "record StringUtil() {}",
                "enum StringUtils {}",
                "class Outer { class StorageImpl {} }",
                "class IndexBase {}",
                "class AbstractIndex {}",
                "class A { void b() { class CImpl {} } }"
            })
    void findsAnEmptyName(String code) throws IOException {
        write(GOOD, "package dev.engram.index;\n" + code);
        assertFound(NameRules.check(tree()), GOOD + ":2: empty name: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"class Database {}", "class Utility {}", "class Implicit {}"})
    void leavesAWholeNameAlone(String code) throws IOException {
        write(GOOD, "package dev.engram.index;\n" + code);
        assertThat(NameRules.check(tree())).isEmpty();
    }

    @Test
    void findsAnEmptyPackage() throws IOException {
        write(GOOD, "package dev.engram.index.util;\n");
        assertFound(NameRules.check(tree()), GOOD + ":1: empty package: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Thread.sleep(5);",
                "TimeUnit.SECONDS.sleep(5);",
                "try {} catch (Exception e) {}",
                "try {} catch (final Throwable e) {}",
                "ThreadLocal<String> name;",
                "import sun.misc.Unsafe;",
                "StructuredTaskScope scope;",
                "@Disabled void a() {}"
            })
    void findsACallThatIsBannedEverywhere(String code) throws IOException {
        write(GOOD, "\n" + code);
        write(TEST, "\n" + code);
        assertThat(CallRules.check(tree()))
                .extracting(Finding::file)
                .containsExactlyInAnyOrder(GOOD, TEST);
        assertFound(CallRules.check(tree()), GOOD + ":2: banned call: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Instant.now()",
                "LocalDate.now()",
                "System.currentTimeMillis()",
                "new Random(7)",
                "ThreadLocalRandom.current()",
                "Math.random()",
                "System.out.println()",
                "System.err.println()"
            })
    void findsTheWorldComingInBelowTheCommandLine(String code) throws IOException {
        write(GOOD, code);
        write(TEST, code);
        write(GOOD.replace("index", "cli"), code);
        List<Finding> found = CallRules.check(tree());
        assertThat(found).hasSize(1);
        assertFound(found, GOOD + ":1: banned call: " + code.substring(0, 10));
    }

    @Test
    void leavesCommentsAndLiteralsAlone() throws IOException {
        write(
                GOOD,
                """
                // Thread.sleep(5)
                /* @Disabled
                   ThreadLocal */
                String a = "System.out \\" Thread.sleep(1)" + '"' + ThreadSafe;
                String b = \"""
                    catch (Exception e) " ThreadLocal \\\"""
                    \""";
                int c; // "
                """);
        assertThat(CallRules.check(tree())).isEmpty();
        write(GOOD, "String a = \"\\\\\"; Thread.sleep(5); char b = '\\'';\n");
        assertFound(CallRules.check(tree()), "Thread.sleep(");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TODO", "FIXME", "XXX", "HACK"})
    void findsALooseEnd(String word) throws IOException {
        write(GOOD, "int a;\n// " + word + " later\n/** " + word + "(#12): in time */");
        assertThat(CallRules.check(tree())).hasSize(1);
        assertFound(CallRules.check(tree()), GOOD + ":2: loose end: " + word);
        write(GOOD, "String " + word + " = \"" + word + "\";");
        assertThat(CallRules.check(tree())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import dev.engram.db.Collection;",
                "dev.engram.server.Server a;",
                "import dev.engram.testkit.Seed;"
            })
    void findsAFloorThatLooksUp(String code) throws IOException {
        write(GOOD, "package dev.engram.index;\n" + code);
        List<Finding> found = FloorRules.check(tree());
        assertFound(found, GOOD + ":2: floor order: dev.engram.");
        assertThat(found.getFirst().remedy()).contains("index may see [index, storage] only");
    }

    @Test
    void letsAFloorLookDownAndItsTestsUseTheTestkit() throws IOException {
        String below =
                "import dev.engram.error.NotFoundException;\nimport dev.engram.storage.Kind;";
        write(GOOD, "package dev.engram.index;\n" + below);
        write(TEST, "package dev.engram.index;\nimport dev.engram.testkit.Seed;\n" + below);
        write(
                GOOD.replace("index", "cli"),
                "package dev.engram.cli;\nimport dev.engram.wire.A;\nimport dev.engram.text.B;");
        assertThat(FloorRules.check(tree())).isEmpty();
    }

    @Test
    void findsCodeThatLivesOnAnotherFloor() throws IOException {
        String stray = "engram-index/src/main/java/dev/engram/db/Stray.java";
        write(stray, "package dev.engram.db;\n");
        assertFound(FloorRules.check(tree()), stray + ":1: package: 'dev.engram.db'");
        write(stray, "package dev.engram.index;\n");
        assertFound(FloorRules.check(tree()), "(expected: as the folder, dev.engram.db)");
    }

    @Test
    void letsTheTestsOfStorageLiveInTheTestkit() throws IOException {
        String guest = "engram-testkit/src/test/java/dev/engram/storage/KindTest.java";
        write(guest, "package dev.engram.storage;\n");
        assertThat(FloorRules.check(tree())).isEmpty();
        write(guest.replace("test/java", "main/java"), "package dev.engram.storage;\n");
        assertFound(FloorRules.check(tree()), "src/main/java/dev/engram/storage/KindTest.java:1");
    }

    @Test
    void findsAFloorNobodyDecidedOn() throws IOException {
        write("engram-magic/src/main/java/dev/engram/magic/A.java", "package dev.engram.magic;");
        assertFound(FloorRules.check(tree()), "unknown floor: engram-magic: write a decision");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@NullMarked\nmodule dev.engram.index {}",
                "/** Finds. And more. */\n@NullMarked\nmodule dev.engram.index {}",
                "/** No end */\n@NullMarked\nmodule dev.engram.index {}",
                "/** Finds things. */\nmodule dev.engram.index {}",
                "/** Finds @NullMarked. */\nmodule dev.engram.index {}",
                "/** Finds things. */\n@NullMarked\nmodule dev.engram.other {}",
                "/** Finds. */\n@NullMarked\nmodule dev.engram.index { opens dev.engram.index.x; }",
                "/** Finds. */\n@NullMarked\nmodule dev.engram.index { exports dev.engram.error; }"
            })
    void findsAModuleThatDoesNotSayWhatItIsOrOpensARoom(String info) throws IOException {
        write(INFO, info);
        List<Finding> found = ModuleRules.check(tree());
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().toString()).startsWith(INFO).contains(": module: ");
    }

    @Test
    void findsAModuleWithoutModuleInfo() throws IOException {
        write(GOOD, "package dev.engram.index;\n");
        assertFound(ModuleRules.check(tree()), INFO + ":0: module: is missing");
    }

    @Test
    void findsADeadLink() throws IOException {
        write("docs/A.md", "x\n[b](B.md) [up](../README.md#a) ![p](p.png) <https://example.org>\n");
        write(
                "README.md",
                "[a](docs/A.md) [docs](docs/) [web](https://example.org/x)\n[r]: gone\n");
        write(
                "docs/C.md",
                """
                ```
                [code](none.md)
                ```
                `[code](none.md)`
                [root](/docs/A.md)
                """);
        assertThat(PaperRules.checkLinks(tree()))
                .extracting(finding -> finding.toString().replaceAll(" is no file.*", ""))
                .containsExactly(
                        "README.md:2: dead link: gone",
                        "docs/A.md:2: dead link: B.md",
                        "docs/A.md:2: dead link: p.png");
    }

    @Test
    void findsThePathOfThisVeryRepository() throws IOException {
        Path checkout = root.toAbsolutePath().resolve("ada").resolve("engram");
        write("ada/engram/run.sh", "ok\ncd " + checkout + "/bin\n");
        assertFound(
                PaperRules.checkMachinePaths(SourceTree.of(checkout)),
                "run.sh:2: machine path: " + checkout);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/ada/x", "\"/Users/Ada/x", "=/root/x", "C:\\Users\\ada"})
    void findsSomebodysHome(String path) throws IOException {
        write("a.properties", "x=" + path);
        write(TEST, path);
        assertThat(PaperRules.checkMachinePaths(tree())).hasSize(1);
        assertFound(PaperRules.checkMachinePaths(tree()), "a.properties:1: machine path: ");
    }

    @Test
    void findsAnotherFolderBesideTheRepositoryWhereTheTopFolderIsPrivate() {
        var pattern = PaperRules.ownPaths(Path.of("/atelier/engram"));
        assertThat(pattern.matcher("see /atelier/other/file").find()).isTrue();
        assertThat(pattern.matcher("see docs/atelier/other").find()).isFalse();
        var tmp = PaperRules.ownPaths(Path.of("/tmp/engram"));
        assertThat(tmp.matcher("try /tmp/other or /tmp/engram").find()).isFalse();
        var deep = PaperRules.ownPaths(Path.of("/opt/ada/engram"));
        assertThat(deep.matcher("try /opt/ada/engram-2 or /opt/ada").find()).isFalse();
        assertThat(deep.matcher("cd /opt/ada/engram/bin").find()).isTrue();
        assertThat(PaperRules.ownPaths(Path.of("/app")).matcher("/app/x").find()).isFalse();
    }

    @Test
    void leavesBinaryFilesAndPathsThatAnyoneHasAlone() throws IOException {
        write("a.bin", "\0/home/ada/");
        write("b.txt", "/usr/lib/jvm a/home/b/ ${project}/root/x and https://example.org/home/a/");
        assertThat(PaperRules.checkMachinePaths(tree())).isEmpty();
    }

    @Test
    void readsTheFilesGitWouldTrackWhereThereIsGit() throws IOException, InterruptedException {
        write(".gitignore", "*.class\n");
        write("a.class", "");
        write("b.txt", "");
        Process init = new ProcessBuilder("git", "init", "-q").directory(root.toFile()).start();
        assertThat(init.waitFor()).isZero();
        assertThat(SourceTree.of(root).files()).containsExactly(".gitignore", "b.txt");
    }

    @Test
    void asksForAReasonForEveryAllowance() {
        assertThatThrownBy(() -> new Allowance("file size", GOOD, "big"))
                .isInstanceOf(IllegalArgumentException.class);
        Allowance allowance = new Allowance("file size", GOOD, "a table of the standard");
        assertThat(allowance.covers(new Finding(GOOD, 1, "file size", ""))).isTrue();
        assertThat(allowance.covers(new Finding(GOOD, 1, "method size", ""))).isFalse();
        assertThat(allowance.covers(new Finding(TEST, 1, "file size", ""))).isFalse();
    }

    private SourceTree tree() {
        return SourceTree.of(root);
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    private static void assertFound(List<Finding> findings, String text) {
        assertThat(findings).extracting(Finding::toString).anyMatch(line -> line.contains(text));
    }
}
