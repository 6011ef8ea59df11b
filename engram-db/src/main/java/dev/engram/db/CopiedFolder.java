package dev.engram.db;

import dev.engram.db.backup.CopyMark;
import dev.engram.db.backup.DatabaseFiles;
import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.storage.FolderLock;
import dev.engram.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A folder that gets a copy of a whole database. */
final class CopiedFolder {

    /** Left by whoever wanted to use the folder before, and no reason not to. */
    private static final List<String> HARMLESS = List.of("LOCK");

    private final Path folder;
    private final Settings settings;

    CopiedFolder(Path folder, Settings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * Fills the folder, and looks whether what is in it now is a sound database. Where filling it
     * fails, it is empty after.
     *
     * @param copying puts the files there
     * @throws ConflictException where it is not empty
     */
    void fill(Consumer<Storage> copying) {
        try (FolderLock _ = FolderLock.exclusive(folder)) {
            Storage root = settings.segments().apply(folder);
            checkEmpty(root);
            try {
                new CopyMark(root).copy(() -> copying.accept(root));
            } catch (EngramException e) {
                clear(root, e);
                throw e;
            }
        }
        verify();
    }

    private void checkEmpty(Storage root) {
        List<String> files = root.list().stream().filter(file -> !HARMLESS.contains(file)).toList();
        if (!files.isEmpty() || !root.folders().isEmpty()) {
            throw new ConflictException(
                    folder + " is not empty (expected: an empty folder, or none yet)");
        }
    }

    private static void clear(Storage root, EngramException cause) {
        try {
            DatabaseFiles.delete(root);
            root.list().stream().filter(file -> !HARMLESS.contains(file)).forEach(root::delete);
            root.sync();
        } catch (EngramException e) {
            cause.addSuppressed(e);
        }
    }

    /** Opens what is there, and reads all of it. */
    void verify() {
        List<Finding> findings;
        try (Database copy = Database.openReadOnly(folder, Models.NONE, settings)) {
            findings = copy.verify();
        }
        if (!findings.isEmpty()) {
            throw new CorruptException(
                    folder.toString(),
                    0,
                    "it is what was copied, but that was damaged: "
                            + findings.getFirst().trouble());
        }
    }
}
