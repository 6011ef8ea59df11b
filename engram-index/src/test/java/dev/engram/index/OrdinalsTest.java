package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OrdinalsTest {

    @Test
    void areWalkedInOrder() {
        int[] chosen = {0, 1, 63, 64, 130, 198, 199};
        Ordinals ordinals = Ordinals.of(200, chosen);
        int[] walked =
                IntStream.iterate(ordinals.next(0), i -> i >= 0, i -> ordinals.next(i + 1))
                        .toArray();
        assertThat(walked).isEqualTo(chosen);
        assertThat(ordinals.count()).isEqualTo(chosen.length);
    }

    @Test
    void endAtTheirSize() {
        for (int size : new int[] {0, 1, 63, 64, 65, 128}) {
            Ordinals all = Ordinals.all(size);
            assertThat(all.count()).isEqualTo(size);
            assertThat(all.next(size)).isEqualTo(-1);
            assertThat(all.next(size + 200)).isEqualTo(-1);
            assertThat(all.next(0)).isEqualTo(size == 0 ? -1 : 0);
        }
        assertThat(Ordinals.all(70).without(69, 0).next(0)).isEqualTo(1);
        assertThat(Ordinals.all(70).without(69, 0).next(69)).isEqualTo(-1);
    }

    @Test
    void areAddedAndCutOff() {
        Ordinals some = Ordinals.of(200, 5, 64, 199);
        assertThat(some.with(6, 128).count()).isEqualTo(5);
        assertThat(some.with(5).count()).isEqualTo(3);
        for (int end : new int[] {0, 1, 63, 64, 65, 128, 199, 200}) {
            assertThat(Ordinals.all(200).below(end).count()).isEqualTo(end);
            assertThat(Ordinals.all(200).below(end).next(end)).isEqualTo(-1);
        }
        assertThat(some.below(64).next(0)).isEqualTo(5);
        assertThat(some.below(64).next(6)).isEqualTo(-1);
        assertThat(some.count()).isEqualTo(3);
    }
}
