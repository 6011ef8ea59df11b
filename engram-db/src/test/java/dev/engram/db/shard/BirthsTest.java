package dev.engram.db.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.testkit.Seeded;
import dev.engram.testkit.SeededTest;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Seeded
final class BirthsTest {

    @SeededTest
    void agreesWithAList(RandomGenerator random) {
        Births.Growing growing = new Births.Growing();
        List<Long> model = new ArrayList<>();
        long ts = 5;
        for (int i = 0; i < 200; i++) {
            ts += random.nextInt(3) == 0 ? random.nextInt(4) : 0;
            growing.add(ts);
            model.add(ts);
        }
        Births births = growing.births();
        growing.add(ts + 1);
        assertThat(births.count()).isEqualTo(200);
        for (int i = 0; i < 200; i++) {
            assertThat(births.at(i)).isEqualTo(model.get(i));
        }
        for (long at = 0; at < ts + 3; at++) {
            long last = at;
            int expected = (int) model.stream().filter(time -> time <= last).count();
            assertThat(births.through(at)).isEqualTo(expected);
        }
    }

    @Test
    void needOneNumberForOneCommit() {
        Births births = Births.uniform(7, 1000);
        assertThat(births.runs()).isEqualTo(1);
        assertThat(births.through(6)).isZero();
        assertThat(births.through(7)).isEqualTo(1000);
        assertThat(births.at(999)).isEqualTo(7);
        assertThat(new Births.Growing().births().through(9)).isZero();
    }

    @Test
    void refuseACommitBeforeTheLast() {
        Births.Growing growing = new Births.Growing();
        growing.add(5);
        assertThatThrownBy(() -> growing.add(4)).isInstanceOf(AssertionError.class);
    }
}
