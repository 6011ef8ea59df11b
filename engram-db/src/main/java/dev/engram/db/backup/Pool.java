package dev.engram.db.backup;

import dev.engram.db.backup.BackupManifest.PooledFile;
import dev.engram.db.backup.DatabaseFiles.Place;
import dev.engram.error.CorruptException;
import dev.engram.storage.Storage;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of all backups of a folder, each content once, under its SHA-256.
 *
 * <p>A file gets that name only when it is whole and synced, so a crash leaves parts with other
 * names at most.
 */
final class Pool {

    private static final String PART = "part";

    private final Storage folder;
    private final Set<String> there;
    private final Map<String, PooledFile> known = new HashMap<>();
    private long added;

    /**
     * @param known files that are in the pool, for all the backups know
     */
    Pool(Storage folder, Collection<PooledFile> known) {
        this.folder = folder;
        this.there = new HashSet<>(folder.list());
        known.forEach(file -> this.known.put(file.path(), file));
    }

    /** How many bytes came in. */
    long added() {
        return added;
    }

    /** Takes a file of a database, unless it is here already. */
    PooledFile add(Storage root, Place place) {
        Storage from = place.in(root);
        long bytes = from.size(place.name());
        String tail = Hash.ofTail(from, place.name());
        if (place.isImmutable()) {
            PooledFile same = find(place.path(), bytes, tail);
            if (same != null) {
                return same;
            }
        }
        folder.delete(PART);
        String sha256 = Hash.copy(from, place.name(), folder, PART);
        if (has(sha256, bytes)) {
            folder.delete(PART);
        } else {
            folder.replace(PART, sha256);
            there.add(sha256);
            added += bytes;
        }
        return new PooledFile(place.path(), bytes, sha256, tail);
    }

    /**
     * The file that had this path before, if it is the same. The name alone does not tell: a
     * database that was brought back to an earlier state gives its names out again.
     */
    private @Nullable PooledFile find(String path, long bytes, String tail) {
        PooledFile before = known.get(path);
        boolean same =
                before != null
                        && before.bytes() == bytes
                        && before.tail().equals(tail)
                        && has(before.sha256(), bytes);
        return same ? before : null;
    }

    private boolean has(String sha256, long bytes) {
        return there.contains(sha256) && folder.size(sha256) == bytes;
    }

    /**
     * Reads a file of a backup.
     *
     * @throws CorruptException where it is not what was put in
     */
    void verify(PooledFile file) {
        if (!there.contains(file.sha256())) {
            throw corrupt(file, "it is missing");
        }
        check(file, Hash.of(folder, file.sha256()));
    }

    private void check(PooledFile file, String found) {
        if (!found.equals(file.sha256())) {
            throw corrupt(file, "sha-256: " + found + " (expected: " + file.sha256() + ")");
        }
    }

    private CorruptException corrupt(PooledFile file, String what) {
        return new CorruptException(
                folder.describe(file.sha256()), 0, what + "; it is " + file.path());
    }

    /** Copies a file of a backup to where it was, and reads the copy. */
    void restore(PooledFile file, Storage root) {
        if (!there.contains(file.sha256())) {
            throw corrupt(file, "it is missing");
        }
        Place place = Place.of(file.path());
        Storage into = place.in(root);
        check(file, Hash.copy(folder, file.sha256(), into, place.name()));
        String written = Hash.of(into, place.name());
        if (!written.equals(file.sha256())) {
            throw new CorruptException(
                    into.describe(place.name()),
                    0,
                    "sha-256: " + written + " (expected: " + file.sha256() + ", as was written)");
        }
    }

    /** Deletes what no backup needs. */
    void sweep(List<BackupManifest> backups) {
        Set<String> wanted =
                backups.stream()
                        .flatMap(backup -> backup.files().stream())
                        .map(PooledFile::sha256)
                        .collect(Collectors.toSet());
        for (String name : folder.list()) {
            if (!wanted.contains(name)) {
                folder.delete(name);
                there.remove(name);
            }
        }
        folder.sync();
    }
}
