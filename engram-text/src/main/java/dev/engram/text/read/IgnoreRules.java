package dev.engram.text.read;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code .gitignore} and {@code .engramignore} of a folder and of those above it say, as git
 * understands them: the file nearest to a path decides, in it the last line that matches. Of one
 * folder {@code .engramignore} has the last word.
 */
final class IgnoreRules {

    /** No ignore file is larger; a larger one is none. */
    private static final long BYTES_MAX = 1 << 20;

    private static final List<String> FILES = List.of(".gitignore", ".engramignore");

    /** No rules at all. */
    static final IgnoreRules NONE = new IgnoreRules(null, "", List.of());

    private final @Nullable IgnoreRules above;
    private final String folder;
    private final List<Rule> rules;

    /**
     * A line of such a file.
     *
     * @param glob what matches
     * @param keeps whether what matches is not ignored
     * @param foldersOnly whether only folders can match
     * @param anywhere whether the name alone is compared, at any depth
     */
    private record Rule(Glob glob, boolean keeps, boolean foldersOnly, boolean anywhere) {}

    private IgnoreRules(@Nullable IgnoreRules above, String folder, List<Rule> rules) {
        this.above = above;
        this.folder = folder;
        this.rules = rules;
    }

    /**
     * These rules and those of lines for the folder they are in.
     *
     * @param name of the folder, from where all names begin, with a slash at its end; empty for
     *     where they begin
     */
    IgnoreRules with(String name, List<String> lines) {
        List<Rule> found = new ArrayList<>();
        for (String line : lines) {
            Rule rule = rule(line);
            if (rule != null) {
                found.add(rule);
            }
        }
        return found.isEmpty() ? this : new IgnoreRules(this, name, found);
    }

    /** These rules and those of the files in a folder. */
    IgnoreRules in(Path path, String name) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String file : FILES) {
            Path rules = path.resolve(file);
            if (Files.isRegularFile(rules, LinkOption.NOFOLLOW_LINKS)
                    && Files.size(rules) <= BYTES_MAX) {
                String text = new String(Files.readAllBytes(rules), StandardCharsets.UTF_8);
                String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
                lines.addAll(List.of(plain.split("\n")));
            }
        }
        return with(name, lines);
    }

    /**
     * Whether a file or folder is ignored, that of a folder which is not.
     *
     * @param name from where all names begin
     */
    boolean ignores(String name, boolean isFolder) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        for (IgnoreRules level = this; level != null; level = level.above) {
            String below = name.substring(level.folder.length());
            for (int i = level.rules.size() - 1; i >= 0; i--) {
                Rule rule = level.rules.get(i);
                if ((isFolder || !rule.foldersOnly)
                        && rule.glob.matches(rule.anywhere ? last : below)) {
                    return !rule.keeps;
                }
            }
        }
        return false;
    }

    private static @Nullable Rule rule(String line) {
        String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        if (text.startsWith("#")) {
            return null;
        }
        text = withoutTrailingSpaces(text);
        boolean keeps = text.startsWith("!");
        text = keeps ? text.substring(1) : text;
        boolean foldersOnly = text.endsWith("/");
        text = foldersOnly ? text.substring(0, text.length() - 1) : text;
        boolean anywhere = text.indexOf('/') < 0;
        text = text.startsWith("/") ? text.substring(1) : text;
        Glob glob = text.isEmpty() ? null : Glob.of(text);
        return glob == null ? null : new Rule(glob, keeps, foldersOnly, anywhere);
    }

    private static String withoutTrailingSpaces(String text) {
        int end = text.length();
        int spaces = -1;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == ' ') {
                spaces = spaces < 0 ? i : spaces;
            } else {
                spaces = -1;
                i += c == '\\' ? 1 : 0;
            }
        }
        return spaces < 0 ? text : text.substring(0, spaces);
    }
}
