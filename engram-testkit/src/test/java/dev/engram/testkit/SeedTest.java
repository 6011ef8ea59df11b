package dev.engram.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

@Seeded
final class SeedTest {

    private RandomGenerator given = new Seed(0).random();

    @BeforeEach
    void givesItsGeneratorToTheMethodsBeforeATest(RandomGenerator random) {
        given = random;
    }

    @Test
    void givesTheSameGeneratorToTheTest(RandomGenerator random, Seed seed) {
        assertThat(random).isSameAs(given);
        assertThat(random.nextLong()).isEqualTo(Seed.ofRun().random().nextLong());
        assertThat(seed).isEqualTo(Seed.ofRun());
    }

    @SeededTest
    void givesEveryRoundItsOwnGenerator(RandomGenerator random, Seed seed) {
        assertThat(random).isSameAs(given);
        assertThat(random.nextLong()).isEqualTo(seed.random().nextLong());
    }

    @Test
    void readsTheSystemPropertyAndDrawsOneWhereItIsBlank() {
        assertThat(Seed.ofRun(" 42 ")).isEqualTo(new Seed(42));
        assertThat(Seed.ofRun("")).isNotEqualTo(Seed.ofRun(" "));
        assertThat(Seed.number("engram.rounds", "7", 1)).isEqualTo(7);
        assertThat(Seed.number("engram.rounds", "", 1)).isEqualTo(1);
    }

    @Test
    void refusesASeedThatIsNoNumber() {
        assertThatThrownBy(() -> Seed.ofRun("many"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("engram.seed: 'many' (expected: a whole number)");
    }

    @Test
    void startsTheRoundsWithItselfAndNeverRepeats(Seed seed) {
        List<Seed> rounds = new ArrayList<>();
        IntStream.range(0, 1000).forEach(round -> rounds.add(seed.round(round)));
        assertThat(rounds).startsWith(seed).doesNotHaveDuplicates();
    }

    @Test
    void tellsHowToRunAFailedTestAgain(Seed seed) {
        assertThat(seed.replay("SomeTest#works"))
                .contains("make stress SEED=" + seed.value())
                .contains("-Dengram.seed=" + seed.value())
                .contains("-Dtest='SomeTest#works'");
    }

    @Test
    @ExtendWith(GiveContext.class)
    void attachesTheReplayToTheFailureItself(ExtensionContext test) {
        AssertionError failure = new AssertionError("3 (expected: 4)");
        SeedExtension extension = new SeedExtension(new Seed(99));
        assertThatThrownBy(() -> extension.handleTestExecutionException(test, failure))
                .isSameAs(failure);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0])
                .hasMessage(new Seed(99).replay("SeedTest#attachesTheReplayToTheFailureItself"));
    }

    /** Hands a test its own context. */
    static final class GiveContext implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
            return parameter.getParameter().getType() == ExtensionContext.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
            return test;
        }
    }
}
