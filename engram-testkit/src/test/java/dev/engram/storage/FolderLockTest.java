package dev.engram.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLockTest {

    private static final String MY_PID = "pid " + ProcessHandle.current().pid();

    @TempDir private Path folder;

    @Test
    void refusesASecondWriterInThisProcess() {
        try (FolderLock _ = FolderLock.exclusive(folder)) {
            assertRefused(() -> FolderLock.exclusive(folder), "this process, " + MY_PID);
            assertRefused(() -> FolderLock.shared(folder), "this process, " + MY_PID);
        }
        FolderLock.exclusive(folder).close();
    }

    @Test
    void letsManyReadersOfThisProcessInAndNoWriter() {
        FolderLock first = FolderLock.shared(folder);
        try (FolderLock _ = FolderLock.shared(folder)) {
            first.close();
            first.close();
            assertRefused(() -> FolderLock.exclusive(folder), "this process");
        }
        FolderLock.exclusive(folder).close();
    }

    @Test
    void knowsTheFolderByAnyOfItsNames() throws IOException {
        Path link = folder.resolve("link");
        Files.createDirectory(folder.resolve("data"));
        Files.createSymbolicLink(link, folder.resolve("data"));
        try (FolderLock _ = FolderLock.exclusive(folder.resolve("data"))) {
            assertRefused(() -> FolderLock.exclusive(link), "this process");
            assertRefused(() -> FolderLock.exclusive(link.resolve("../data")), "this process");
        }
    }

    @Test
    void createsTheFolder() {
        FolderLock.exclusive(folder.resolve("new/deep")).close();
        assertThat(folder.resolve("new/deep/LOCK")).isRegularFile();
    }

    @Test
    void refusesAnotherProcessAndTellsItOurPid() throws IOException {
        try (FolderLock _ = FolderLock.exclusive(folder);
                LockingProcess other = LockingProcess.start(folder)) {
            assertThat(other.ask("exclusive")).contains("is in use by").contains(MY_PID + ";");
            assertThat(other.ask("shared")).contains("is in use by").contains(MY_PID + ";");
        }
    }

    @Test
    void holdsAlsoAfterARefusedAttemptOfThisProcess() throws IOException {
        try (FolderLock _ = FolderLock.exclusive(folder);
                LockingProcess other = LockingProcess.start(folder)) {
            assertRefused(() -> FolderLock.exclusive(folder), "this process");
            assertRefused(() -> FolderLock.shared(folder), "this process");
            assertThat(other.ask("exclusive")).contains("is in use by");
        }
    }

    @Test
    void letsReadersOfManyProcessesInAndNoWriter() throws IOException {
        try (LockingProcess other = LockingProcess.start(folder)) {
            FolderLock first = FolderLock.shared(folder);
            FolderLock second = FolderLock.shared(folder);
            first.close();
            assertThat(other.ask("exclusive")).contains("another engram process that reads it");
            assertThat(other.ask("shared")).isEqualTo("locked");
            assertRefused(() -> FolderLock.exclusive(folder), "this process");
            second.close();
            assertRefused(
                    () -> FolderLock.exclusive(folder), "another engram process that reads it");
            assertThat(other.ask("free")).isEqualTo("freed");
            FolderLock.exclusive(folder).close();
        }
    }

    @Test
    void namesTheOtherProcessAndIsFreeOnceThatIsKilled() throws IOException, InterruptedException {
        try (LockingProcess other = LockingProcess.start(folder)) {
            assertThat(other.ask("exclusive")).isEqualTo("locked");
            String owner = "another engram process, pid " + other.pid() + ";";
            assertRefused(() -> FolderLock.exclusive(folder), owner);
            assertRefused(() -> FolderLock.shared(folder), owner);
            other.kill();
        }
        assertThat(Files.readString(folder.resolve("LOCK"))).isNotEmpty();
        FolderLock.exclusive(folder).close();
    }

    @Test
    void leavesNoRestOfALongerPidOfAWriterThatWasKilled() throws IOException {
        Files.writeString(folder.resolve("LOCK"), "\0" + Long.MAX_VALUE);
        try (FolderLock _ = FolderLock.exclusive(folder)) {
            String content = Files.readString(folder.resolve("LOCK"), StandardCharsets.US_ASCII);
            assertThat(content).isEqualTo("\0" + ProcessHandle.current().pid());
        }
        assertThat(Files.size(folder.resolve("LOCK"))).isLessThanOrEqualTo(1);
    }

    @Test
    void doesNotBlameAKilledWriterForAReader() throws IOException {
        Files.writeString(folder.resolve("LOCK"), "\0" + "12345");
        try (LockingProcess other = LockingProcess.start(folder)) {
            assertThat(other.ask("shared")).isEqualTo("locked");
            assertRefused(
                    () -> FolderLock.exclusive(folder), "another engram process that reads it");
        }
    }

    @Test
    void saysThatALockFileCannotBeUsed() throws IOException {
        Files.createDirectory(folder.resolve("LOCK"));
        assertRefused(() -> FolderLock.exclusive(folder), "LOCK");
    }

    private static void assertRefused(Runnable attempt, String message) {
        assertThatThrownBy(attempt::run)
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(message);
    }
}
