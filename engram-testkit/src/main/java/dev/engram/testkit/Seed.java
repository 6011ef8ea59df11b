package dev.engram.testkit;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Where a test's randomness starts: the same seed gives the same run.
 *
 * <p>The run's seed is the system property {@code engram.seed}, or, where that is blank, a number
 * drawn once for this JVM. The system property {@code engram.rounds} says how often a {@link
 * SeededTest} runs, each round with a seed of its own.
 *
 * @param value any number
 */
public record Seed(long value) {

    private static final Seed OF_RUN = ofRun(System.getProperty("engram.seed", ""));

    /** The odd 64-bit fraction of the golden ratio: spreads neighbouring rounds far apart. */
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    /** The seed of this run of the tests. */
    public static Seed ofRun() {
        return OF_RUN;
    }

    /** How often a {@link SeededTest} runs, at least once. */
    public static int rounds() {
        return Math.max(1, number("engram.rounds", System.getProperty("engram.rounds", ""), 1));
    }

    /** The seed of a later round; round 0 is this seed, so that a failed round replays alone. */
    public Seed round(int round) {
        return new Seed(value + round * SPREAD);
    }

    /** A generator at its start. */
    public RandomGenerator random() {
        return new SplittableRandom(value);
    }

    /**
     * How a person runs a test again with this seed.
     *
     * @param test as surefire names it: {@code SomeTest#losesNothing}
     */
    String replay(String test) {
        return "seed %d; run it again with: make stress SEED=%d   or: mvn test -Dtest='%s'"
                        .formatted(value, value, test)
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dengram.seed="
                + value;
    }

    static Seed ofRun(String property) {
        if (property.isBlank()) {
            return new Seed(new SecureRandom().nextLong() >>> 1);
        }
        try {
            return new Seed(Long.parseLong(property.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "engram.seed: '" + property + "' (expected: a whole number)", e);
        }
    }

    static int number(String name, String property, int absent) {
        if (property.isBlank()) {
            return absent;
        }
        try {
            return Integer.parseInt(property.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    name + ": '" + property + "' (expected: a whole number)", e);
        }
    }
}
