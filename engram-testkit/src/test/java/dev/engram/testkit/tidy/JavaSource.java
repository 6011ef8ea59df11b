package dev.engram.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One Java file, seen three ways: as it stands, as code alone, and as comments alone. What is not
 * seen is blank, so that every offset is the same in all three.
 */
final class JavaSource {

    private static final Pattern PLACE =
            Pattern.compile("engram-(\\w+)/src/(main|test)/java/(?:(.*)/)?(\\w+|[\\w-]+)\\.java");

    private final String file;
    private final String text;
    private final String code;
    private final String comments;

    JavaSource(String file, String text) {
        this.file = file;
        this.text = text;
        Blanks blanks = new Blanks(text);
        this.code = blanks.code();
        this.comments = blanks.comments();
    }

    /** From the root of the repository, with slashes. */
    String file() {
        return file;
    }

    String text() {
        return text;
    }

    /** The text with comments and the insides of literals blank. */
    String code() {
        return code;
    }

    /** The text with everything blank but comments. */
    String comments() {
        return comments;
    }

    int lines() {
        return (int) text.lines().count();
    }

    boolean isMain() {
        return part(2).equals("main");
    }

    boolean isModuleInfo() {
        return file.endsWith("/module-info.java");
    }

    /** The floor this file belongs to: {@code storage}; empty for a file outside the modules. */
    String module() {
        return part(1);
    }

    /** The package by its folder: {@code dev.engram.storage}; empty for module-info. */
    String folderPackage() {
        return part(3).replace('/', '.');
    }

    /** The matches of a pattern in {@link #code} or {@link #comments}, as findings. */
    List<Finding> find(String where, Pattern pattern, String rule, String remedy) {
        List<Finding> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(where);
        while (matcher.find()) {
            String what = matcher.group().strip();
            found.add(new Finding(file, lineAt(matcher.start()), rule, what + ": " + remedy));
        }
        return found;
    }

    int lineAt(int offset) {
        return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
    }

    private String part(int group) {
        Matcher place = PLACE.matcher(file);
        String part = place.matches() ? place.group(group) : "";
        return part == null ? "" : part;
    }
}
