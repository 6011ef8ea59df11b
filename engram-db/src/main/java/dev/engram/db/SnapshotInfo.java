package dev.engram.db;

import dev.engram.db.backup.Snapshots;
import java.time.Instant;

/**
 * A state of a database that is kept under a name.
 *
 * @param name of the snapshot
 * @param created when it was made
 * @param version of the last commit in it: see {@link Version#number}
 */
public record SnapshotInfo(String name, Instant created, long version) {

    static SnapshotInfo of(Snapshots.Kept kept) {
        return new SnapshotInfo(kept.name(), Instant.ofEpochMilli(kept.millis()), kept.ts());
    }
}
