package dev.engram.db;

import dev.engram.db.backup.BackupManifest;
import java.time.Instant;

/**
 * A backup.
 *
 * @param id names it in its folder
 * @param database which database was backed up: the same for all copies of one
 * @param created when it was made
 * @param version of the last commit in it: see {@link Version#number}
 * @param files how many it is made of
 * @param bytes what they take together; backups of one folder share what they have in common
 */
public record BackupInfo(
        String id, String database, Instant created, long version, int files, long bytes) {

    static BackupInfo of(BackupManifest manifest) {
        return new BackupInfo(
                manifest.id(),
                manifest.database(),
                Instant.ofEpochMilli(manifest.millis()),
                manifest.ts(),
                manifest.files().size(),
                manifest.bytes());
    }
}
