package dev.engram.testkit;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Turns one {@link SeededTest} into as many tests as there are rounds. */
final class SeedRounds implements TestTemplateInvocationContextProvider {

    private record Round(Seed seed, int number) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int invocation) {
            return "round " + number + ", seed " + seed.value();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new SeedExtension(seed));
        }
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext test) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext test) {
        return IntStream.range(0, Seed.rounds())
                .mapToObj(round -> new Round(Seed.ofRun().round(round), round));
    }
}
