package dev.engram.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every module says in one sentence what it is, and exports its own package only. */
final class ModuleRules {

    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
    private static final Pattern EXPORT = Pattern.compile("\\b(?:exports|opens)\\s+([\\w.]+)");
    private static final Pattern NAME = Pattern.compile("\\bmodule\\s+([\\w.]+)");

    private ModuleRules() {}

    static List<Finding> check(SourceTree tree) {
        List<Finding> found = new ArrayList<>();
        Set<String> without = new TreeSet<>();
        tree.mainJava().forEach(source -> without.add(source.module()));
        for (JavaSource source : tree.mainJava()) {
            if (source.isModuleInfo()) {
                without.remove(source.module());
                checkSentence(source, found);
                checkDoors(source, found);
            }
        }
        for (String module : without) {
            found.add(
                    new Finding(
                            "engram-" + module + "/src/main/java/module-info.java",
                            0,
                            "module",
                            "is missing; say in one sentence what the module is"));
        }
        return found;
    }

    private static void checkSentence(JavaSource source, List<Finding> found) {
        Matcher javadoc = JAVADOC.matcher(source.comments());
        String text = javadoc.find() ? javadoc.group(1) : "";
        String sentence = text.replaceAll("(?m)^\\s*\\*", " ").replaceAll("\\s+", " ").strip();
        boolean one = sentence.matches("[A-Z].*[^.]\\.") && !sentence.matches(".*[.!?] .*");
        if (!one) {
            found.add(
                    new Finding(
                            source.file(),
                            javadoc.hasMatch() ? source.lineAt(javadoc.start()) : 1,
                            "module",
                            "'"
                                    + sentence
                                    + "' (expected: one sentence of Javadoc that says what the"
                                    + " module is)"));
        }
    }

    private static void checkDoors(JavaSource source, List<Finding> found) {
        if (!source.code().contains("@NullMarked")) {
            found.add(
                    new Finding(
                            source.file(), 1, "module", "@NullMarked is missing above the module"));
        }
        String own = "dev.engram." + source.module();
        Matcher name = NAME.matcher(source.code());
        if (!name.find() || !name.group(1).equals(own)) {
            found.add(new Finding(source.file(), 1, "module", "name (expected: " + own + ")"));
        }
        Matcher export = EXPORT.matcher(source.code());
        while (export.find()) {
            String exported = export.group(1);
            boolean error = exported.equals("dev.engram.error") && own.equals("dev.engram.storage");
            if (!exported.equals(own) && !error) {
                found.add(
                        new Finding(
                                source.file(),
                                source.lineAt(export.start()),
                                "module",
                                exported + " is a private room (expected: exports " + own + ")"));
            }
        }
    }
}
