package dev.engram.db;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A time of day that goes on when a test says so, and back, too. */
final class TestClock implements InstantSource {

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));

    @Override
    public Instant instant() {
        return now.get();
    }

    /** Goes on, or back by a negative time; returns the new time. */
    Instant advance(Duration time) {
        return now.updateAndGet(before -> before.plus(time));
    }
}
