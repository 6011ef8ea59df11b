package dev.engram.testkit;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Injects {@link Seed} and {@link RandomGenerator} parameters.
 *
 * <p>One generator serves a test and the {@code @BeforeEach} methods before it. The way to run a
 * failed test again is attached to its exception, so every report that prints the stack trace shows
 * it.
 */
public final class SeedExtension implements ParameterResolver, TestExecutionExceptionHandler {

    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(SeedExtension.class);

    private final @Nullable Seed round;

    /** With the seed of this run. */
    public SeedExtension() {
        this.round = null;
    }

    /** With the seed of one round of a {@link SeededTest}. */
    SeedExtension(Seed round) {
        this.round = round;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        Class<?> type = parameter.getParameter().getType();
        return !abstains(test) && (type == Seed.class || type == RandomGenerator.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        if (parameter.getParameter().getType() == Seed.class) {
            return seed();
        }
        return test.getStore(STORE)
                .computeIfAbsent("random", _ -> seed().random(), RandomGenerator.class);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext test, Throwable failure)
            throws Throwable {
        if (!abstains(test)) {
            failure.addSuppressed(new Replay(seed().replay(name(test))));
        }
        throw failure;
    }

    private Seed seed() {
        return round == null ? Seed.ofRun() : round;
    }

    /** A round brings its own extension: beside it, the one of the whole class has no say. */
    private boolean abstains(ExtensionContext test) {
        return round == null
                && test.getTestMethod()
                        .filter(method -> method.isAnnotationPresent(SeededTest.class))
                        .isPresent();
    }

    /** The test as surefire's {@code -Dtest} names it. */
    private static String name(ExtensionContext test) {
        Class<?> type = test.getRequiredTestClass();
        return type.getName().substring(type.getPackageName().length() + 1)
                + "#"
                + test.getRequiredTestMethod().getName();
    }

    /** Carries a message to the printed stack trace of a failure, and has no trace of its own. */
    static final class Replay extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Replay(String message) {
            super(message, null, false, false);
        }
    }
}
