package dev.engram.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DamageTest {

    private final MemoryStorage storage = new MemoryStorage();
    private final Damage damage = new Damage(storage);

    @BeforeEach
    void writeTwoFiles() {
        damage.overwrite("a", new byte[] {1, 2, 3});
        damage.overwrite("b", new byte[] {4});
    }

    @Test
    void flipsOneBit() {
        damage.flipBit("a", 8);
        assertThat(damage.bytes("a")).containsExactly(1, 3, 3);
        damage.flipBit("a", 23);
        assertThat(damage.bytes("a")).containsExactly(1, 3, 0x83);
    }

    @Test
    void truncatesZeroesAndDeletes() {
        damage.truncate("a", 2);
        assertThat(damage.bytes("a")).containsExactly(1, 2);
        damage.zero("a");
        assertThat(damage.bytes("a")).containsExactly(0, 0);
        damage.delete("a");
        assertThat(storage.list()).containsExactly("b");
    }

    @Test
    void swapsTwoFiles() {
        damage.swap("a", "b");
        assertThat(damage.bytes("a")).containsExactly(4);
        assertThat(damage.bytes("b")).containsExactly(1, 2, 3);
    }

    @Test
    void survivesAPowerCut() {
        damage.flipBit("a", 0);
        storage.crash();
        assertThat(damage.bytes("a")).containsExactly(0, 2, 3);
    }
}
