package dev.engram.db.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.testkit.SeededTest;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Filters nobody thought of. */
final class RandomFilterTest {

    private static final int ROUNDS = 3_000;
    private static final int DEPTH = 4;
    private static final int NOISE_MAX = 60;

    /** What noise is made of, so that some of it gets far. */
    private static final String LETTERS =
            "aab.\"'`()[]{}<>=!,:$ 1290-+eE\\%_\n\u0000\uD83D\uDE00ANDORNOTINISNULL";

    @SeededTest
    void everySpellingIsReadBackAsTheSame(RandomGenerator random) {
        RandomConditions conditions = new RandomConditions(random);
        for (int i = 0; i < ROUNDS; i++) {
            Condition condition = conditions.condition(DEPTH);
            String text = TextPrinter.text(condition);
            assertThat(FilterText.read(text, KnownFields.ANY)).as(text).isEqualTo(condition);
            String json = FilterJson.json(condition);
            assertThat(FilterJson.read(json, KnownFields.ANY)).as(json).isEqualTo(condition);
        }
    }

    @SeededTest
    void agreesWithANaiveEvaluator(RandomGenerator random) {
        RandomConditions conditions = new RandomConditions(random);
        Map<Truth, Integer> seen = new EnumMap<>(Truth.class);
        for (int i = 0; i < 5 * ROUNDS; i++) {
            Condition condition = conditions.condition(2);
            if (TextPrinter.text(condition).contains("LEANN(")) {
                continue;
            }
            Map<String, @Nullable Object> record = conditions.record();
            Truth truth = condition.of(new Subject(null, null, record));
            double naive = new NaiveTruth(record).of(condition);
            Truth expected = naive == 1 ? Truth.TRUE : naive == 0 ? Truth.FALSE : Truth.UNKNOWN;
            assertThat(truth).as("%s of %s", condition, record).isEqualTo(expected);
            seen.merge(truth, 1, Integer::sum);
        }
        assertThat(seen).hasSize(Truth.values().length);
        for (int count : seen.values()) {
            assertThat(count).isGreaterThan(ROUNDS / 10);
        }
    }

    @SeededTest
    void noiseIsReadOrRefusedWithItsPlace(RandomGenerator random) {
        RandomConditions conditions = new RandomConditions(random);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Condition condition = conditions.condition(2);
            read += isRead(changed(random, TextPrinter.text(condition))) ? 1 : 0;
            read += isRead(changed(random, FilterJson.json(condition))) ? 1 : 0;
            isRead(noise(random));
            isRead("{" + noise(random));
            byte[] bytes = new byte[random.nextInt(NOISE_MAX)];
            random.nextBytes(bytes);
            isRead(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        assertThat(read).as("changed filters that mean something").isPositive();
    }

    private static String noise(RandomGenerator random) {
        StringBuilder noise = new StringBuilder();
        for (int i = random.nextInt(NOISE_MAX); i >= 0; i--) {
            noise.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return noise.toString();
    }

    private static String changed(RandomGenerator random, String text) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(1, 4); i > 0 && changed.length() > 1; i--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(4)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 -> changed.insert(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
                case 2 -> changed.setCharAt(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
                default -> changed.setLength(at);
            }
        }
        return changed.toString();
    }

    /** Anything but a refusal that says where escapes, and fails the test. */
    private static boolean isRead(String text) {
        try {
            Condition condition =
                    FilterJson.isJson(text)
                            ? FilterJson.read(text, KnownFields.ANY)
                            : FilterText.read(text, KnownFields.ANY);
            assertThat(FilterText.read(TextPrinter.text(condition), KnownFields.ANY))
                    .isEqualTo(condition);
            return true;
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).as(text).containsPattern("^filter(, column \\d+|, at /|:)");
            return false;
        }
    }
}
