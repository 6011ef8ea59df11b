package dev.engram.index.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.index.Workers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

final class CrewTest {

    @Test
    void doesEveryItemOnce() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int threads : new int[] {1, 2, 4, 9}) {
                Crew crew = new Crew(new Workers(pool, threads));
                for (int items : new int[] {0, 1, 2, 1000}) {
                    AtomicIntegerArray done = new AtomicIntegerArray(items);
                    crew.run(items, done::incrementAndGet);
                    for (int i = 0; i < items; i++) {
                        assertThat(done.get(i)).isEqualTo(1);
                    }
                }
            }
        }
    }

    @Test
    void throwsWhatAnItemThrewAndServesOn() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int threads : new int[] {1, 4}) {
                Crew crew = new Crew(new Workers(pool, threads));
                assertThatThrownBy(() -> crew.run(100, CrewTest::failAtThirty))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("thirty");
                assertThatThrownBy(
                                () ->
                                        crew.run(
                                                100,
                                                _ -> {
                                                    throw new AssertionError("all");
                                                }))
                        .isInstanceOf(AssertionError.class);
                AtomicIntegerArray done = new AtomicIntegerArray(5);
                crew.run(5, done::incrementAndGet);
                assertThat(done.get(4)).isEqualTo(1);
            }
        }
    }

    private static void failAtThirty(int item) {
        if (item == 30) {
            throw new IllegalStateException("thirty");
        }
    }

    @Test
    void finishesAndStaysInterruptedWhenInterrupted() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            Crew crew = new Crew(new Workers(pool, 4));
            AtomicIntegerArray done = new AtomicIntegerArray(1000);
            Thread.currentThread().interrupt();
            crew.run(1000, done::incrementAndGet);
            assertThat(Thread.interrupted()).isTrue();
            for (int i = 0; i < 1000; i++) {
                assertThat(done.get(i)).isEqualTo(1);
            }
        }
    }
}
