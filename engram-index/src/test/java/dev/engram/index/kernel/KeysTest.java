package dev.engram.index.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeysTest {

    private static final float[] ASCENDING = {
        Float.NEGATIVE_INFINITY,
        -Float.MAX_VALUE,
        -1.5f,
        -Float.MIN_VALUE,
        0f,
        Float.MIN_VALUE,
        1f,
        Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NaN
    };

    @Test
    void orderByDistanceThenById() {
        long before = Long.MIN_VALUE;
        for (float distance : ASCENDING) {
            for (int id : new int[] {0, 1, 77, Integer.MAX_VALUE}) {
                long key = Keys.of(distance, id);
                assertThat(key).isGreaterThan(before);
                assertThat(Float.compare(Keys.distance(key), distance)).isZero();
                assertThat(Keys.id(key)).isEqualTo(id);
                before = key;
            }
        }
        assertThat(Keys.of(-0f, 5)).isEqualTo(Keys.of(0f, 5));
    }

    @Test
    void theNearestAreKeptAndTheFrontierGivesThemInOrder() {
        Random random = new Random(11);
        for (int count = 1; count < 700; count = count * 2 + 1) {
            long[] keys = new long[count];
            Nearest nearest = new Nearest();
            int limit = 1 + random.nextInt(count + 3);
            nearest.reset(limit);
            Frontier frontier = new Frontier();
            for (int i = 0; i < count; i++) {
                keys[i] = Keys.of(random.nextInt(20), i);
                nearest.offer(keys[i]);
                frontier.push(keys[i]);
            }
            Arrays.sort(keys);
            int kept = Math.min(limit, count);
            assertThat(nearest.size()).isEqualTo(kept);
            assertThat(nearest.bound()).isEqualTo(count < limit ? Long.MAX_VALUE : keys[kept - 1]);
            assertThat(Arrays.copyOf(nearest.sorted(), kept)).isEqualTo(Arrays.copyOf(keys, kept));
            for (long key : keys) {
                assertThat(frontier.pop()).isEqualTo(key);
            }
            assertThat(frontier.isEmpty()).isTrue();
        }
    }
}
