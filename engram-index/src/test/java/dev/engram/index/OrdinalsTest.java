package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    void refuseOthersThanTheirOwn() {
        assertThatThrownBy(() -> Ordinals.of(64, 3, 64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ordinal: 64 (expected: 0..63)");
        assertThatThrownBy(() -> Ordinals.all(64).without(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ordinal: -1 (expected: 0..63)");
        assertThatThrownBy(() -> Ordinals.all(64).extended(63))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sizeAfter: 63 (expected: >= 64)");
    }

    @Test
    void growByAllThatIsNew() {
        Ordinals ordinals = Ordinals.all(64).without(5).extended(130);
        assertThat(ordinals.size()).isEqualTo(130);
        assertThat(ordinals.count()).isEqualTo(129);
        assertThat(ordinals.contains(5)).isFalse();
        assertThat(ordinals.contains(129)).isTrue();
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
