package dev.engram.db;

import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * What a database is made of below its surface. Users all get the same; tests make others.
 *
 * @param segments keeps the files of segments, given the folder for them
 * @param memoryBytesMax vectors of one collection held in memory before they are sealed; they are
 *     scanned exactly, so this bounds the time of a search, too
 * @param clock the time of day
 */
record Settings(Function<Path, Storage> segments, long memoryBytesMax, InstantSource clock) {

    static final Settings DEFAULT =
            new Settings(DiskStorage::new, 32L << 20, InstantSource.system());

    Settings {
        if (memoryBytesMax < 1) {
            throw new IllegalArgumentException(
                    "memoryBytesMax: " + memoryBytesMax + " (expected: >= 1)");
        }
    }

    Settings(Function<Path, Storage> segments, long memoryBytesMax) {
        this(segments, memoryBytesMax, InstantSource.system());
    }
}
