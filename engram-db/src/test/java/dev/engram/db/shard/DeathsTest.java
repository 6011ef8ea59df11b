package dev.engram.db.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.testkit.Seeded;
import dev.engram.testkit.SeededTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
final class DeathsTest {

    private static int[] ordinals(List<Part.Death> deaths) {
        return deaths.stream().mapToInt(Part.Death::ordinal).toArray();
    }

    private static void check(Deaths found, List<Part.Death> expected) {
        assertThat(found.count()).isEqualTo(expected.size());
        for (long ts = -1; ts < 60; ts++) {
            long at = ts;
            assertThat(found.after(ts))
                    .containsExactlyInAnyOrder(
                            ordinals(expected.stream().filter(one -> one.ts() > at).toList()));
            assertThat(found.through(ts))
                    .containsExactlyInAnyOrder(
                            ordinals(expected.stream().filter(one -> one.ts() <= at).toList()));
        }
    }

    @SeededTest
    void agreesWithAList(RandomGenerator random) {
        Deaths deaths = Deaths.NONE;
        List<Part.Death> model = new ArrayList<>();
        long ts = 0;
        for (int i = 0; i < 100; i++) {
            ts += random.nextInt(2);
            // Sometimes one that was over before others died.
            long when = random.nextInt(10) == 0 ? Math.max(1, ts - random.nextInt(20)) : ts;
            deaths = deaths.plus(i, when);
            model.add(new Part.Death(i, when));
            if (random.nextInt(10) == 0) {
                long watermark = random.nextLong(ts + 2);
                deaths = deaths.keptAfter(watermark);
                model.removeIf(one -> one.ts() <= watermark);
            }
            if (i % 10 == 0) {
                check(deaths, model);
            }
        }
        model.sort(Comparator.comparingLong(Part.Death::ts));
        for (int i = 0; i < model.size(); i++) {
            assertThat(deaths.time(i)).isEqualTo(model.get(i).ts());
        }
    }

    @Test
    void areWhatTheyWereWhenOthersAreAdded() {
        Deaths first = Deaths.NONE.plus(3, 10);
        Deaths later = first.plus(4, 11);
        assertThat(first.after(0)).containsExactly(3);
        assertThat(later.after(0)).containsExactly(3, 4);
        assertThat(later.plus(5, 10).after(9)).containsExactly(3, 5, 4);
        assertThat(later.after(0)).containsExactly(3, 4);
    }
}
