package dev.engram.testkit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The house checks itself: reads the sources of this repository and holds them to its rules. */
final class TidyTest {

    private static final SourceTree TREE = SourceTree.of(root());

    /** Surefire says where it is; an editor that runs one test starts in the module's folder. */
    private static Path root() {
        String given = System.getProperty("engram.root", "");
        Path root = given.isBlank() ? Path.of("").toAbsolutePath().getParent() : Path.of(given);
        assertThat(root.resolve("engram-bom")).as("the root of the repository").isDirectory();
        return root;
    }

    @Test
    void readsTheWholeRepository() {
        assertThat(TREE.files()).contains("pom.xml", "engram-bom/pom.xml");
        assertThat(TREE.mainJava())
                .extracting(JavaSource::file)
                .contains("engram-storage/src/main/java/module-info.java");
        assertThat(TREE.files()).noneMatch(file -> file.contains("/target/"));
        assertThat(Files.exists(TREE.root().resolve("pom.xml"))).isTrue();
    }

    @Test
    void keepsFilesAndMethodsSmall() {
        assertTidy(SizeRules.check(TREE));
    }

    @Test
    void namesThingsAfterTheField() {
        assertTidy(NameRules.check(TREE));
    }

    @Test
    void callsNothingThatIsBannedAndLeavesNoLooseEnds() {
        assertTidy(CallRules.check(TREE));
    }

    @Test
    void looksDownNeverUp() {
        assertTidy(FloorRules.check(TREE));
    }

    @Test
    void saysInOneSentenceWhatEachModuleIs() {
        assertTidy(ModuleRules.check(TREE));
    }

    @Test
    void linksToFilesThatAreThere() {
        assertTidy(PaperRules.checkLinks(TREE));
    }

    @Test
    void knowsNothingOfTheMachineItWasWrittenOn() {
        assertTidy(PaperRules.checkMachinePaths(TREE));
    }

    @Test
    void needsEveryAllowance() {
        List<Finding> found = new ArrayList<>();
        found.addAll(SizeRules.check(TREE));
        found.addAll(NameRules.check(TREE));
        found.addAll(CallRules.check(TREE));
        found.addAll(FloorRules.check(TREE));
        found.addAll(ModuleRules.check(TREE));
        found.addAll(PaperRules.checkLinks(TREE));
        found.addAll(PaperRules.checkMachinePaths(TREE));
        for (Allowance allowance : Allowance.ALL) {
            assertThat(found).as("delete the unused %s", allowance).anyMatch(allowance::covers);
        }
    }

    private static void assertTidy(List<Finding> findings) {
        String left =
                findings.stream()
                        .filter(f -> Allowance.ALL.stream().noneMatch(a -> a.covers(f)))
                        .map(Finding::toString)
                        .collect(Collectors.joining("\n"));
        if (!left.isEmpty()) {
            throw new AssertionError("the house is not tidy:\n" + left);
        }
    }
}
