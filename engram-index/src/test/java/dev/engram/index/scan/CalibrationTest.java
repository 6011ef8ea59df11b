package dev.engram.index.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CalibrationTest {

    private static Calibration some() {
        List<Calibration.Setting> settings = new ArrayList<>();
        for (int answers : Calibration.ANSWERS) {
            for (int i = 0; i < Calibration.THOUSANDTHS.length; i++) {
                settings.add(
                        new Calibration.Setting(
                                answers, Calibration.THOUSANDTHS[i], answers * (i + 1)));
            }
        }
        return new Calibration(settings);
    }

    @Test
    void tellsWhatWasMeasured() {
        assertThat(some().scored(1, 0.7)).isEqualTo(1);
        assertThat(some().scored(3, 0.9)).isEqualTo(12);
        assertThat(some().scored(10, 1)).isEqualTo(80);
    }

    @Test
    void raisesARecallToTheNextThatWasMeasured() {
        assertThat(some().scored(3, 0)).isEqualTo(3);
        assertThat(some().scored(3, 0.86)).isEqualTo(12);
        assertThat(some().scored(3, 0.995)).isEqualTo(24);
    }

    @Test
    void answersBetweenAndBeyondWhatWasMeasured() {
        assertThat(some().scored(2, 0.9)).isEqualTo(8);
        assertThat(some().scored(5, 0.9)).isEqualTo(20);
        assertThat(some().scored(100, 0.9)).isEqualTo(400);
    }

    @Test
    void knowsSettingsThatCannotBe() {
        assertThat(some().isSane(80)).isTrue();
        assertThat(some().isSane(79)).isFalse();
        assertThat(new Calibration(some().settings().subList(1, 24)).isSane(80)).isFalse();
        List<Calibration.Setting> others = new ArrayList<>(some().settings());
        others.set(0, new Calibration.Setting(2, 700, 1));
        assertThat(new Calibration(others).isSane(80)).isFalse();
    }
}
