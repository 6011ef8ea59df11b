package dev.engram.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.testkit.StorageContract;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DiskStorageTest extends StorageContract {

    @TempDir private Path folder;

    @Override
    protected Storage storage() {
        return new DiskStorage(folder.resolve("data"));
    }

    @Test
    void makesAllFoldersAboveAFile() {
        Storage deep = storage().folder("a").folder("b").folder("c");
        deep.create("file").close();
        assertThat(folder.resolve("data/a/b/c/file")).isRegularFile();
    }

    @Test
    void worksBelowTheCurrentFolderToo() throws IOException {
        Path relative = Path.of("target", "relative-" + ProcessHandle.current().pid());
        Storage storage = new DiskStorage(relative);
        try {
            storage.create("file").close();
            storage.sync();
            assertThat(relative.resolve("file")).isRegularFile();
        } finally {
            storage.deleteAll();
        }
        assertThat(Files.exists(relative)).isFalse();
    }

    @Test
    void saysThatAFileStandsWhereTheFolderShould() throws IOException {
        Files.writeString(folder.resolve("data"), "in the way");
        assertThatThrownBy(() -> storage().create("a")).isInstanceOf(UnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded", "File too large"})
    void callsAFullDiskAFullDisk(String answer) {
        IOException cause = new IOException(answer);
        assertThat(DiskStorage.trouble(folder, cause))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining(folder.toString())
                .hasCause(cause);
    }

    @Test
    void keepsTheCauseOfEveryTrouble() {
        assertThat(DiskStorage.trouble(folder, new NoSuchFileException("x")))
                .isInstanceOf(NotFoundException.class)
                .hasCauseInstanceOf(NoSuchFileException.class);
        assertThat(DiskStorage.trouble(folder, new AccessDeniedException("x")))
                .isInstanceOf(UnavailableException.class)
                .hasCauseInstanceOf(AccessDeniedException.class);
    }
}
