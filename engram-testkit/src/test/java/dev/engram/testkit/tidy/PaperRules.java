package dev.engram.testkit.tidy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Links lead somewhere, and no text knows the machine it was written on. */
final class PaperRules {

    private static final Pattern LINK =
            Pattern.compile("\\]\\(\\s*<?([^)>\\s]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)");
    private static final Pattern DEFINITION =
            Pattern.compile("^\\s{0,3}\\[[^\\]]+\\]:\\s+<?([^>\\s]+)>?");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*|//.*|#.*");

    /** What stands before a path that starts at the root: nothing a path could go on from. */
    private static final String BEFORE = "(?<![\\w.\\-/})\\]])";

    /** Somebody's home folder. */
    private static final String HOMES =
            BEFORE + "(?:/home/[a-z_][\\w-]*|/Users/[A-Za-z][\\w.-]*|/root)/|[A-Z]:\\\\Users\\\\";

    /** Top folders that exist on many machines: a text may well speak of them. */
    private static final Set<String> PUBLIC =
            Set.of(
                    "app", "bin", "data", "dev", "etc", "home", "lib", "mnt", "opt", "private",
                    "proc", "root", "run", "src", "srv", "sys", "tmp", "usr", "Users", "var");

    private PaperRules() {}

    static List<Finding> checkLinks(SourceTree tree) {
        Set<String> targets = new HashSet<>();
        for (String file : tree.files()) {
            targets.add(file);
            for (int slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1)) {
                targets.add(file.substring(0, slash));
            }
        }
        targets.add("");
        List<Finding> found = new ArrayList<>();
        for (String file : tree.files()) {
            String text = file.endsWith(".md") ? tree.text(file) : null;
            if (text != null) {
                checkLinks(file, text, targets, found);
            }
        }
        return found;
    }

    private static void checkLinks(
            String file, String text, Set<String> targets, List<Finding> found) {
        boolean fenced = false;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.stripLeading().startsWith("```") || line.stripLeading().startsWith("~~~")) {
                fenced = !fenced;
            }
            String prose = fenced ? "" : line.replaceAll("`[^`]*`", "`");
            for (Pattern pattern : List.of(LINK, DEFINITION)) {
                Matcher link = pattern.matcher(prose);
                while (link.find()) {
                    String target = link.group(1);
                    if (!ELSEWHERE.matcher(target).matches()
                            && !targets.contains(resolve(file, target))) {
                        found.add(
                                new Finding(
                                        file,
                                        number,
                                        "dead link",
                                        target + " is no file of this repository; mend the link"));
                    }
                }
            }
        }
    }

    private static String resolve(String file, String target) {
        String plain = target.replaceAll("[#?].*", "");
        Path folder = Path.of("/" + file).getParent();
        Path resolved = folder.resolve(plain).normalize();
        return resolved.toString().substring(1).replace('\\', '/');
    }

    static List<Finding> checkMachinePaths(SourceTree tree) {
        Pattern own = ownPaths(tree.root());
        Pattern any = Pattern.compile(HOMES + "|" + own.pattern());
        List<Finding> found = new ArrayList<>();
        for (String file : tree.files()) {
            String text = tree.text(file);
            if (text == null) {
                continue;
            }
            // A test may make up a home; that of its author it does not know either.
            Pattern pattern = file.contains("/src/test/java/") ? own : any;
            int number = 0;
            for (String line : text.lines().toList()) {
                number++;
                Matcher path = pattern.matcher(line);
                if (path.find()) {
                    found.add(
                            new Finding(
                                    file,
                                    number,
                                    "machine path",
                                    path.group()
                                            + ": nobody else has that folder; write a path from"
                                            + " the repository's root, or a variable"));
                }
            }
        }
        return found;
    }

    /**
     * The repository's own folder on this machine, and all of a private top folder. A short path
     * below a public one does not count: a text may well tell its reader to use such a folder.
     */
    static Pattern ownPaths(Path root) {
        List<String> own = new ArrayList<>();
        String top = root.getNameCount() == 0 ? "" : root.getName(0).toString();
        if (root.getNameCount() > 2) {
            own.add(Pattern.quote(root.toString()) + "(?![\\w-])");
        }
        if (!top.isEmpty() && !PUBLIC.contains(top)) {
            own.add(Pattern.quote("/" + top + "/"));
        }
        return Pattern.compile(
                own.isEmpty() ? "(?!)" : BEFORE + "(?:" + String.join("|", own) + ")");
    }
}
