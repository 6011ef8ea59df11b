package dev.engram.db;

import dev.engram.db.backup.BackupFolder;
import dev.engram.db.backup.CopyMark;
import dev.engram.db.backup.DatabaseFiles;
import dev.engram.db.backup.Snapshots;
import dev.engram.storage.FolderLock;
import dev.engram.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Snapshots, exports and backups of one database, each the state of one commit. */
final class Copies {

    private final Path folder;
    private final Models models;
    private final Settings settings;
    private final Storage root;
    private final Snapshots snapshots;
    private final LongSupplier millis;
    private final ToLongFunction<Path> cut;

    /**
     * @param folder of the database
     * @param millis the time of day
     * @param cut makes a copy of the database in a folder, as {@link Cut} does, and returns its
     *     timestamp
     */
    Copies(
            Path folder,
            Models models,
            Settings settings,
            LongSupplier millis,
            ToLongFunction<Path> cut) {
        this.folder = folder;
        this.models = models;
        this.settings = settings;
        this.root = settings.segments().apply(folder);
        this.snapshots = new Snapshots(root);
        this.millis = millis;
        this.cut = cut;
    }

    /** Finishes or removes what a crash left; the database is not open yet, for writing. */
    static void clearUp(Path folder, Settings settings) {
        Storage root = settings.segments().apply(folder);
        CopyMark mark = new CopyMark(root);
        if (mark.isThere()) {
            mark.finish();
        }
        new Snapshots(root).clear();
    }

    /** Refuses a folder in which a crash left something that is to be finished first. */
    static void checkFinished(Path folder, Settings settings) {
        CopyMark mark = new CopyMark(settings.segments().apply(folder));
        if (mark.isThere()) {
            throw mark.unfinished();
        }
    }

    SnapshotInfo snapshot(String name) {
        return SnapshotInfo.of(snapshots.make(name, millis.getAsLong(), this::fill));
    }

    private long fill(String name) {
        return cut.applyAsLong(path(name));
    }

    private Path path(String name) {
        return folder.resolve(Snapshots.FOLDER).resolve(name);
    }

    List<SnapshotInfo> snapshots() {
        return snapshots.list().stream().map(SnapshotInfo::of).toList();
    }

    void drop(String name) {
        snapshots.get(name);
        try (FolderLock _ = FolderLock.exclusive(path(name))) {
            snapshots.drop(name);
        }
    }

    Database open(String name) {
        snapshots.get(name);
        return Database.openReadOnly(path(name), models, settings);
    }

    /** Copies the database to a folder. */
    void export(Path target) {
        checkOutside(target);
        Snapshots.Kept kept = snapshots.makeHidden(millis.getAsLong(), this::fill);
        try {
            new CopiedFolder(target, settings)
                    .fill(into -> DatabaseFiles.copy(snapshots.folder(kept.name()), into));
        } finally {
            snapshots.remove(kept.name());
        }
    }

    /** Adds a backup to those in a folder. */
    Backups.Made backup(Path backups, String identity) {
        checkOutside(backups);
        try (FolderLock _ = FolderLock.exclusive(backups)) {
            Snapshots.Kept kept = snapshots.makeHidden(millis.getAsLong(), this::fill);
            try {
                BackupFolder all = new BackupFolder(settings.segments().apply(backups));
                Storage from = snapshots.folder(kept.name());
                return Backups.Made.of(all.add(identity, from, kept.millis(), kept.ts()));
            } finally {
                snapshots.remove(kept.name());
            }
        }
    }

    private void checkOutside(Path target) {
        Path here = folder.toAbsolutePath().normalize();
        if (target.toAbsolutePath().normalize().startsWith(here)) {
            throw new IllegalArgumentException(
                    "folder: "
                            + target
                            + " (expected: one outside of the database's, "
                            + here
                            + ")");
        }
    }

    /** See {@link Database#restoreSnapshot(Path, String)}. */
    static void restore(Path folder, String name, Settings settings) {
        try (FolderLock _ = FolderLock.exclusive(folder)) {
            Storage root = settings.segments().apply(folder);
            clearUp(folder, settings);
            String kept = new Snapshots(root).get(name).name();
            new CopyMark(root).replaceBy(kept);
        }
        new CopiedFolder(folder, settings).verify();
    }

    /** See {@link Database#restoreSnapshot(Path, String, Path)}. */
    static void restore(Path folder, String name, Path target, Settings settings) {
        Snapshots snapshots = new Snapshots(settings.segments().apply(folder));
        snapshots.get(name);
        Path from = folder.resolve(Snapshots.FOLDER).resolve(name);
        try (FolderLock _ = FolderLock.shared(from)) {
            new CopiedFolder(target, settings)
                    .fill(into -> DatabaseFiles.copy(snapshots.folder(name), into));
        }
    }
}
