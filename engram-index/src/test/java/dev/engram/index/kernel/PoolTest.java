package dev.engram.index.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PoolTest {

    @Test
    void keepsTheNearestInOrderAndClosesEachOnce() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int limit = 1 + random.nextInt(90);
            Pool pool = new Pool();
            pool.reset(1 + random.nextInt(limit));
            pool.widen(limit);
            List<Long> model = new ArrayList<>();
            Set<Integer> closed = new HashSet<>();
            for (int id = 0; id < 400; id++) {
                // Few distances, so that many are equal, and some below zero.
                float distance = random.nextInt(40) - 20;
                long key = Keys.of(distance, id);
                model.add(key);
                model.sort(null);
                boolean isTaken = model.indexOf(key) < limit;
                if (model.size() > limit) {
                    model.removeLast();
                }
                assertThat(pool.offer(distance, id)).isEqualTo(isTaken);
                if (random.nextInt(3) == 0) {
                    close(pool, model, closed);
                }
            }
            assertThat(pool.size()).isEqualTo(model.size());
            for (int i = 0; i < model.size(); i++) {
                assertThat(pool.key(i)).isEqualTo(model.get(i));
                assertThat(pool.id(i)).isEqualTo(Keys.id(model.get(i)));
                assertThat(pool.distance(i)).isEqualTo(Keys.distance(model.get(i)));
            }
        }
    }

    private static void close(Pool pool, List<Long> model, Set<Integer> closed) {
        int expected =
                model.stream()
                        .map(Keys::id)
                        .filter(id -> !closed.contains(id))
                        .findFirst()
                        .orElse(-1);
        assertThat(pool.close()).isEqualTo(expected);
        closed.add(expected);
    }

    @Test
    void isOpenToAllUntilItIsFull() {
        Pool pool = new Pool();
        pool.reset(2);
        assertThat(pool.worst()).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(pool.close()).isEqualTo(-1);
        assertThat(pool.offer(3, Integer.MAX_VALUE)).isTrue();
        assertThat(pool.worst()).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(pool.offer(2, 7)).isTrue();
        assertThat(pool.worst()).isEqualTo(3);
        assertThat(pool.offer(4, 8)).isFalse();
        assertThat(pool.close()).isEqualTo(7);
        assertThat(pool.close()).isEqualTo(Integer.MAX_VALUE);
    }
}
