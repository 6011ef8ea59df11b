package dev.engram.db.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.testkit.SeededTest;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class HybridClockTest {

    private final AtomicLong millis = new AtomicLong(1_000_000);

    private HybridClock clock(long last) {
        return new HybridClock(() -> Instant.ofEpochMilli(millis.get()), last);
    }

    @SeededTest
    void neverRepeatsNorGoesBack(RandomGenerator random) {
        HybridClock clock = clock(0);
        long last = -1;
        for (int i = 0; i < 10_000; i++) {
            millis.addAndGet(random.nextInt(10) == 0 ? random.nextInt(-5_000, 5_000) : 0);
            long now = clock.now();
            assertThat(now).isGreaterThanOrEqualTo(last);
            long next = clock.next();
            assertThat(next).isGreaterThan(last).isGreaterThanOrEqualTo(now);
            last = next;
        }
    }

    @Test
    void followsTheTimeOfDay() {
        HybridClock clock = clock(0);
        assertThat(HybridClock.instant(clock.next())).isEqualTo(Instant.ofEpochMilli(1_000_000));
        millis.addAndGet(7);
        assertThat(HybridClock.millis(clock.next())).isEqualTo(1_000_007);
    }

    @Test
    void goesOnFromTheLastOfBefore() {
        long before = HybridClock.ofMillis(2_000_000) + 5;
        assertThat(clock(before).next()).isEqualTo(before + 1);
        assertThat(clock(before).now()).isEqualTo(before);
        HybridClock clock = clock(0);
        assertThat(clock.pass(before)).isEqualTo(before);
        assertThat(clock.next()).isEqualTo(before + 1);
    }

    @Test
    void knowsTheLastTimestampOfAMillisecond() {
        Instant instant = Instant.parse("2026-01-02T03:04:05.678999Z");
        long last = HybridClock.through(instant);
        assertThat(HybridClock.instant(last)).isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
        assertThat(HybridClock.instant(last + 1))
                .isEqualTo(Instant.parse("2026-01-02T03:04:05.679Z"));
    }

    @Test
    void takesAnyInstant() {
        assertThat(HybridClock.through(Instant.MIN)).isBetween(0L, 0xffffL);
        assertThat(HybridClock.through(Instant.ofEpochMilli(-1))).isBetween(0L, 0xffffL);
        assertThat(HybridClock.through(Instant.MAX)).isPositive();
    }
}
