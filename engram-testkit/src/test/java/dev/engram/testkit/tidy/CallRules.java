package dev.engram.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What code must not call, and comments must not leave behind. */
final class CallRules {

    private enum Scope {
        /** Main and test code of all modules. */
        EVERYWHERE,
        /** Main code of the library's floors: all but the command line and what is not shipped. */
        BELOW_CLI;

        boolean covers(JavaSource source) {
            return switch (this) {
                case EVERYWHERE -> true;
                case BELOW_CLI -> source.isMain() && !ABOVE.contains(source.module());
            };
        }
    }

    private record Ban(Scope scope, Pattern pattern, String remedy) {}

    private static final Set<String> ABOVE = Set.of("cli", "testkit", "bench");

    private static final String TIME =
            "take an InstantSource through the constructor, so that a run can be replayed";
    private static final String CHANCE =
            "take a RandomGenerator through the constructor, so that a run can be replayed";

    private static final List<Ban> BANS =
            List.of(
                    ban(
                            Scope.EVERYWHERE,
                            "\\b(Thread|TimeUnit\\.\\w+)\\.sleep\\s*\\(",
                            "wait for the event (a latch, a future), not for a time"),
                    ban(
                            Scope.EVERYWHERE,
                            "\\bcatch\\s*\\(\\s*(final\\s+)?(Exception|Throwable)\\b",
                            "catch what you can answer, by its own type"),
                    ban(
                            Scope.EVERYWHERE,
                            "\\bThreadLocal\\b",
                            "pass it as an argument, or bind a ScopedValue"),
                    ban(
                            Scope.EVERYWHERE,
                            "\\b(sun\\.misc|jdk\\.internal)\\b[\\w.]*|\\bUnsafe\\b",
                            "use a MemorySegment or a VarHandle"),
                    ban(
                            Scope.EVERYWHERE,
                            "\\bStructuredTaskScope\\b",
                            "it is a preview in Java 25; use an ExecutorService"),
                    ban(
                            Scope.EVERYWHERE,
                            "@Disabled\\w*",
                            "repair the test or delete it; none is skipped"),
                    ban(Scope.BELOW_CLI, "\\b(Instant|LocalDate\\w*)\\.now\\s*\\(", TIME),
                    ban(Scope.BELOW_CLI, "\\bSystem\\.currentTimeMillis\\b", TIME),
                    ban(Scope.BELOW_CLI, "\\bnew\\s+Random\\s*\\(", CHANCE),
                    ban(Scope.BELOW_CLI, "\\b(ThreadLocalRandom\\b|Math\\.random\\s*\\()", CHANCE),
                    ban(
                            Scope.BELOW_CLI,
                            "\\bSystem\\.(out|err)\\b",
                            "a library prints nothing: return it, throw it, or use System.Logger"));

    private static final Pattern LOOSE_END =
            Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b(?!\\(#\\d+\\))");

    private CallRules() {}

    private static Ban ban(Scope scope, String pattern, String remedy) {
        return new Ban(scope, Pattern.compile(pattern), remedy);
    }

    static List<Finding> check(SourceTree tree) {
        List<Finding> found = new ArrayList<>();
        for (JavaSource source : tree.java()) {
            for (Ban ban : BANS) {
                if (ban.scope.covers(source)) {
                    found.addAll(
                            source.find(source.code(), ban.pattern, "banned call", ban.remedy));
                }
            }
            found.addAll(
                    source.find(
                            source.comments(),
                            LOOSE_END,
                            "loose end",
                            "do it now, or write the issue down: (#12) behind the word"));
        }
        return found;
    }
}
