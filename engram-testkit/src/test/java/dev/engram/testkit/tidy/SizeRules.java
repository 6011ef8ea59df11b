package dev.engram.testkit.tidy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Small files, small methods. */
final class SizeRules {

    static final int FILE_LINES_MAX = 800;
    static final int FILE_LINES_DECILE = 450;
    static final int METHOD_LINES_MAX = 60;

    private SizeRules() {}

    static List<Finding> check(SourceTree tree) {
        List<Finding> found = new ArrayList<>();
        for (JavaSource source : tree.java()) {
            if (source.lines() > FILE_LINES_MAX) {
                found.add(
                        new Finding(
                                source.file(),
                                source.lines(),
                                "file size",
                                source.lines()
                                        + " lines (expected: <= "
                                        + FILE_LINES_MAX
                                        + "); give a part of it a class and a name of its own"));
            }
        }
        found.addAll(decile(tree.mainJava()));
        JavaShape shape = tree.shape();
        found.addAll(shape.errors());
        for (JavaShape.Member method : shape.methods()) {
            if (method.lines() > METHOD_LINES_MAX) {
                found.add(
                        new Finding(
                                method.file(),
                                method.line(),
                                "method size",
                                method.name()
                                        + " has "
                                        + method.lines()
                                        + " lines (expected: <= "
                                        + METHOD_LINES_MAX
                                        + "); push ifs up and fors down, and name the steps"));
            }
        }
        return found;
    }

    /** The ratchet: a few files may be big, a tenth of them may not. */
    private static List<Finding> decile(List<JavaSource> sources) {
        List<JavaSource> bySize =
                sources.stream()
                        .filter(source -> !source.isModuleInfo())
                        .sorted(Comparator.comparingInt(JavaSource::lines))
                        .toList();
        if (bySize.isEmpty()) {
            return List.of();
        }
        // The nearest-rank ninth decile: nine tenths of all files are no longer than this one.
        JavaSource ninth = bySize.get((bySize.size() * 9 + 9) / 10 - 1);
        if (ninth.lines() <= FILE_LINES_DECILE) {
            return List.of();
        }
        return List.of(
                new Finding(
                        ninth.file(),
                        ninth.lines(),
                        "file size decile",
                        "one file in ten has "
                                + ninth.lines()
                                + " lines or more (expected: ninth decile <= "
                                + FILE_LINES_DECILE
                                + "); split the largest, "
                                + bySize.getLast().file()));
    }
}
