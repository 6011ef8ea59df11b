package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.cli.Launcher.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/engram and bin/find-jdk, by way of a real shell. */
final class ScriptsTest {

    @TempDir Path folder;

    private Ended engram(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "engram";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Launcher.run(folder, Map.of(), command);
    }

    @Test
    void runsWhatWasBuilt() throws Exception {
        assertThat(engram("--version").said()).startsWith("engram 0.");
        assertThat(engram("list").said()).contains("No indexes");
    }

    @Test
    void handsExitCodesThrough() throws Exception {
        assertThat(engram("list").status()).isZero();
        assertThat(engram("search", "nothing", "x").status()).isEqualTo(1);
        assertThat(engram("search").status()).isEqualTo(2);
    }

    @Test
    void worksByWayOfALink() throws Exception {
        Path link = folder.resolve("e");
        Files.createSymbolicLink(link, Launcher.ROOT.resolve("bin/engram"));
        assertThat(Launcher.run(folder, Map.of(), link.toString(), "--version").status()).isZero();
    }

    @Test
    void keepsArgumentsWhole() throws Exception {
        Files.writeString(folder.resolve("with space.txt"), "It's raining; \"cats\" & $dogs.");
        Ended built = engram("build", "n", "--input", "with space.txt");
        assertThat(built.status()).as(built.said()).isZero();
        assertThat(engram("search", "n", "what's the weather; \"really\"?").said())
                .contains("with space.txt:1")
                .contains("$dogs");
    }

    @Test
    void prefersTheJdkOfJavaHome() throws Exception {
        Path home = fakeJdk("26.0.1");
        assertThat(findJdk(Map.of("JAVA_HOME", home.toString())).said().strip())
                .isEqualTo(home.toString());
    }

    @Test
    void passesOverAJdkThatIsTooOld() throws Exception {
        Path home = fakeJdk("17.0.2");
        assertThat(findJdk(Map.of("JAVA_HOME", home.toString())).said().strip())
                .isNotEqualTo(home.toString());
    }

    @Test
    void saysWhatToDoWhereThereIsNoJdk() throws Exception {
        Ended ended =
                findJdk(Map.of("JAVA_HOME", "", "ENGRAM_JDKS", "/nowhere", "PATH", "/usr/none"));
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.said()).contains("version 25").contains("JAVA_HOME");
    }

    private Ended findJdk(Map<String, String> environment) throws Exception {
        String script = Launcher.ROOT.resolve("bin/find-jdk").toString();
        return Launcher.run(folder, environment, "/bin/sh", script);
    }

    private Path fakeJdk(String version) throws IOException {
        Path home = folder.resolve("jdk" + version);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
