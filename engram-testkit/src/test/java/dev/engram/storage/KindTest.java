package dev.engram.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KindTest {

    @Test
    void standsInTheFileAsItsFourLetters() {
        assertThat(new Kind("VECT", 1).code()).isEqualTo(0x54434556);
        assertThat(Kind.nameOf(new Kind("VECT", 1).code())).isEqualTo("VECT");
    }

    @Test
    void showsWhatIsNoLetterAsAQuestionMark() {
        assertThat(Kind.nameOf(0x00_ff_0a_41)).isEqualTo("A???");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abcd", "ABC", "ABCDE", "AB1D", "ÄBCD"})
    void refusesANameThatIsNotFourLetters(String name) {
        assertThatThrownBy(() -> new Kind(name, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kind: '" + name + "' (expected: four letters A-Z)");
    }

    @Test
    void refusesAVersionBelowOne() {
        assertThatThrownBy(() -> new Kind("VECT", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version: 0 (expected: >= 1)");
    }

    @Test
    void refusesAnOldestVersionThatIsNewerThanTheNewest() {
        assertThatThrownBy(() -> new Kind("VECT", 3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("oldest: 3 (expected: 1..2)");
    }
}
