package dev.engram.db;

import dev.engram.storage.DiskStorage;
import dev.engram.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a database is made of below its surface. Users all get the same; tests make others.
 *
 * @param segments keeps the files of segments, given the folder for them
 * @param memoryBytesMax vectors of one collection held in memory before they are sealed; those not
 *     in a graph yet are scanned, so this bounds the time of a search, too. While they are sealed
 *     as many more are taken
 * @param clock the time of day
 * @param crew does the work beside the calls, for one database each
 * @param roomWait how long a write waits where there is no memory for its vectors
 * @param budget memory of the whole database
 */
record Settings(
        Function<Path, Storage> segments,
        long memoryBytesMax,
        InstantSource clock,
        Supplier<Crew> crew,
        Duration roomWait,
        MemoryBudget budget) {

    static final Settings DEFAULT =
            new Settings(
                    DiskStorage::new,
                    32L << 20,
                    InstantSource.system(),
                    Crew::pool,
                    Duration.ofSeconds(30),
                    MemoryBudget.DEFAULT);

    Settings {
        if (memoryBytesMax < 1) {
            throw new IllegalArgumentException(
                    "memoryBytesMax: " + memoryBytesMax + " (expected: >= 1)");
        }
    }

    Settings withSegments(Function<Path, Storage> others) {
        return new Settings(others, memoryBytesMax, clock, crew, roomWait, budget);
    }

    Settings withMemory(long bytesMax) {
        return new Settings(segments, bytesMax, clock, crew, roomWait, budget);
    }

    Settings withClock(InstantSource other) {
        return new Settings(segments, memoryBytesMax, other, crew, roomWait, budget);
    }

    /** Jobs are done by this executor. */
    Settings withJobsBy(Executor executor) {
        return new Settings(
                segments, memoryBytesMax, clock, () -> Crew.of(executor), roomWait, budget);
    }

    Settings withRoomWait(Duration time) {
        return new Settings(segments, memoryBytesMax, clock, crew, time, budget);
    }

    Settings withBudget(MemoryBudget other) {
        return new Settings(segments, memoryBytesMax, clock, crew, roomWait, other);
    }
}
