package dev.engram.db;

import dev.engram.db.backup.BackupFolder;
import dev.engram.db.backup.CopyMark;
import dev.engram.db.backup.Snapshots;
import dev.engram.error.NotFoundException;
import dev.engram.storage.FolderLock;
import dev.engram.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * The backups in a folder; {@link Database#backup} adds to them. All of them share a pool of files,
 * so that each one takes only what is new in it, and each can be deleted without harm to the
 * others.
 */
public final class Backups {

    private final Path folder;
    private final Settings settings;
    private final BackupFolder backups;

    private Backups(Path folder, Settings settings) {
        this.folder = folder;
        this.settings = settings;
        this.backups = new BackupFolder(settings.segments().apply(folder));
    }

    /** The backups in a folder; there need not be any. */
    public static Backups in(Path folder) {
        return in(folder, Settings.DEFAULT);
    }

    static Backups in(Path folder, Settings settings) {
        return new Backups(folder, settings);
    }

    /**
     * A backup that was made.
     *
     * @param info what it is
     * @param addedBytes how much the folder grew, the rest having been there
     */
    public record Made(BackupInfo info, long addedBytes) {

        static Made of(BackupFolder.Made made) {
            return new Made(BackupInfo.of(made.manifest()), made.addedBytes());
        }
    }

    /**
     * All backups, oldest first.
     *
     * @throws dev.engram.error.CorruptException where the description of one is damaged
     */
    public List<BackupInfo> list() {
        return backups.list().stream().map(BackupInfo::of).toList();
    }

    /**
     * Adds a backup of a snapshot, also while another process has the database open.
     *
     * @param database the folder of the database
     * @throws NotFoundException where there is no snapshot of that name
     * @throws dev.engram.error.ConflictException where there are backups of another database here
     */
    public Made addSnapshot(Path database, String snapshot) {
        Storage root = settings.segments().apply(database);
        Snapshots snapshots = new Snapshots(root);
        Snapshots.Kept kept = snapshots.get(snapshot);
        Path from = database.resolve(Snapshots.FOLDER).resolve(snapshot);
        try (FolderLock _ = FolderLock.exclusive(folder);
                Database open = Database.openReadOnly(from, Models.NONE, settings)) {
            return Made.of(
                    backups.add(
                            open.identity(), snapshots.folder(snapshot), kept.millis(), kept.ts()));
        }
    }

    /**
     * Reads every byte of a backup.
     *
     * @throws NotFoundException where there is none of that id
     * @throws dev.engram.error.CorruptException naming a file that is not what it was; the others
     *     are its suppressed exceptions
     */
    public BackupInfo verify(String id) {
        return reading(it -> BackupInfo.of(it.verify(id)));
    }

    /**
     * Makes a database of a backup, reads all of it again, and follows every link of its indexes.
     *
     * @param target a folder that is empty or not there yet
     * @throws dev.engram.error.ConflictException where it is not
     * @throws dev.engram.error.CorruptException where a file of the backup is damaged: nothing is
     *     left in the folder; or where what was backed up was damaged already: it is restored as it
     *     was
     */
    public BackupInfo restore(String id, Path target) {
        return reading(
                it -> {
                    CopiedFolder copy = new CopiedFolder(target, settings);
                    BackupInfo info = BackupInfo.of(it.get(id));
                    copy.fill(root -> it.restore(id, root));
                    return info;
                });
    }

    /**
     * Puts a backup in the place of a database; what was in the database is gone, but for its
     * snapshots. Where this is cut off, the next to open the database finishes it.
     *
     * @param database a folder of a database that nobody has open
     * @throws dev.engram.error.UnavailableException where somebody has
     * @throws dev.engram.error.CorruptException where a file of the backup is damaged: nothing has
     *     changed then
     */
    public BackupInfo replace(String id, Path database) {
        if (!Database.exists(database)) {
            throw new NotFoundException("no database in " + database + " to put a backup into");
        }
        return reading(
                it -> {
                    BackupInfo info = BackupInfo.of(it.get(id));
                    try (FolderLock _ = FolderLock.exclusive(database)) {
                        replace(it, id, database);
                    }
                    new CopiedFolder(database, settings).verify();
                    return info;
                });
    }

    private void replace(BackupFolder from, String id, Path database) {
        Storage root = settings.segments().apply(database);
        Snapshots snapshots = new Snapshots(root);
        long millis = settings.clock().millis();
        Copies.clearUp(database, settings);
        Snapshots.Kept kept =
                snapshots.makeHidden(millis, name -> from.restore(id, snapshots.folder(name)).ts());
        new CopyMark(root).replaceBy(kept.name());
        snapshots.remove(kept.name());
    }

    /**
     * Deletes a backup, and what no other needs.
     *
     * @throws NotFoundException where there is none of that id
     */
    public void delete(String id) {
        checkThere();
        try (FolderLock _ = FolderLock.exclusive(folder)) {
            backups.delete(id);
        }
    }

    private <T> T reading(Function<BackupFolder, T> work) {
        checkThere();
        try (FolderLock _ = FolderLock.shared(folder)) {
            return work.apply(backups);
        }
    }

    private void checkThere() {
        if (!Files.isDirectory(folder)) {
            throw new NotFoundException("no backups in " + folder);
        }
    }
}
