package dev.engram.db.shard;

import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of a shard's folder, and those it may turn out to have after a power cut.
 *
 * <p>A swap that fails may have happened all the same, in that the new name is there but not known
 * to be durable. From then on the disk may hold the manifest from before or the one that was tried,
 * so the files of both are kept, until a later swap succeeds.
 */
final class Manifests {

    private final Storage folder;
    private ShardManifest newest;

    /** What was tried last, and failed; null where the last swap succeeded. */
    private @Nullable ShardManifest tried;

    /** What was tried, failed, and was found on the disk. */
    private final List<ShardManifest> doubtful = new ArrayList<>();

    Manifests(Storage folder) {
        this.folder = folder;
        this.newest = ShardManifest.read(folder);
    }

    /** The one that counts in this process. */
    ShardManifest newest() {
        return newest;
    }

    /** All whose files must stay. */
    List<ShardManifest> possible() {
        if (tried != null && ShardManifest.read(folder).equals(tried)) {
            doubtful.add(tried);
        }
        tried = null;
        List<ShardManifest> possible = new ArrayList<>(doubtful);
        possible.add(newest);
        return possible;
    }

    /** The one on the disk. */
    ShardManifest read() {
        return ShardManifest.read(folder);
    }

    /** Its name, for messages. */
    String file() {
        return folder.describe(ShardManifest.FILE);
    }

    /** A number no segment has. */
    long nextNumber() {
        return possible().stream().mapToLong(ShardManifest::nextNumber).max().orElseThrow();
    }

    /** Makes {@code next} the newest; durable when it returns. */
    void swap(ShardManifest next) {
        possible();
        tried = next;
        next.swap(folder);
        tried = null;
        newest = next;
        doubtful.clear();
    }
}
