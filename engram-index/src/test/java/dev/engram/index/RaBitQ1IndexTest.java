package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.index.kernel.Instructions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

final class RaBitQ1IndexTest extends GraphContract {

    /** In the place of the contract's: dot products cannot tell manhattan distances. */
    static Stream<Arguments> settings() {
        return VectorIndexContract.settings()
                .filter(arguments -> arguments.get()[0] != Metric.MANHATTAN);
    }

    @Override
    Codes codes() {
        return Codes.RABITQ1;
    }

    /** Ten of 24 components' signs are found among 40, not as surely as by finer codes. */
    @Override
    double recallMin() {
        return 0.7;
    }

    @Override
    double farRecallMin() {
        return 0.35;
    }

    @Test
    void refusesManhattan() {
        Vectors vectors = Rows.of(2, new float[] {1, 2});
        assertThatThrownBy(() -> index(vectors, Metric.MANHATTAN, Instructions.SCALAR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("metric: MANHATTAN with codes RABITQ1");
    }
}
