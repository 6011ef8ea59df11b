package dev.engram.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Names are nouns of the field. */
final class NameRules {

    private static final Pattern EMPTY_NAME =
            Pattern.compile(
                    "(Abstract[A-Z]\\w*|\\w*(Manager|Helper|Helpers|Util|Utils|Impl|Base))");
    private static final Pattern EMPTY_PACKAGE =
            Pattern.compile(
                    "\\bpackage\\s+[\\w.]*\\b(common|util|utils|helper|helpers|misc|impl)\\b");

    private NameRules() {}

    static List<Finding> check(SourceTree tree) {
        List<Finding> found = new ArrayList<>();
        for (JavaShape.Member type : tree.shape().types()) {
            if (EMPTY_NAME.matcher(type.name()).matches()) {
                found.add(
                        new Finding(
                                type.file(),
                                type.line(),
                                "empty name",
                                type.name()
                                        + ": name the thing it is in the field, not its place in"
                                        + " the code"));
            }
        }
        for (JavaSource source : tree.java()) {
            found.addAll(
                    source.find(
                            source.code(),
                            EMPTY_PACKAGE,
                            "empty package",
                            "put each class into the package of what it is about"));
        }
        return found;
    }
}
