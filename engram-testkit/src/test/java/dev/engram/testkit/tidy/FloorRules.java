package dev.engram.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A floor sees only the floors below it, and its code lives on it. */
final class FloorRules {

    /** What a floor stands on directly; it sees what is below that too. */
    private static final Map<String, Set<String>> STANDS_ON =
            Map.ofEntries(
                    Map.entry("storage", Set.of()),
                    Map.entry("index", Set.of("storage")),
                    Map.entry("db", Set.of("index")),
                    Map.entry("text", Set.of("db")),
                    Map.entry("wire", Set.of("db")),
                    Map.entry("cluster", Set.of("wire")),
                    Map.entry("peer", Set.of("wire")),
                    Map.entry("server", Set.of("wire", "text")),
                    Map.entry("cli", Set.of("server")),
                    Map.entry("testkit", Set.of("storage")),
                    Map.entry("bench", Set.of("cli", "cluster", "peer", "testkit")));

    private static final Pattern REFERENCE = Pattern.compile("\\bdev\\.engram\\.([a-z]\\w*)");
    private static final Pattern PACKAGE = Pattern.compile("\\bpackage\\s+([\\w.]+)\\s*;");
    private static final String ERROR = "error"; // The exceptions live on the ground floor.

    private FloorRules() {}

    static List<Finding> check(SourceTree tree) {
        List<Finding> found = new ArrayList<>();
        for (JavaSource source : tree.java()) {
            if (source.module().isEmpty()) {
                continue;
            }
            if (!STANDS_ON.containsKey(source.module())) {
                found.add(
                        new Finding(
                                source.file(),
                                1,
                                "unknown floor",
                                "engram-"
                                        + source.module()
                                        + ": write a decision record that says which sentence the"
                                        + " module gets, then add it to FloorRules"));
                continue;
            }
            checkHome(source, found);
            checkReferences(source, found);
        }
        return found;
    }

    private static void checkHome(JavaSource source, List<Finding> found) {
        if (source.isModuleInfo()) {
            return;
        }
        Matcher declared = PACKAGE.matcher(source.code());
        String name = declared.find() ? declared.group(1) : "";
        if (!name.equals(source.folderPackage())) {
            found.add(
                    new Finding(
                            source.file(),
                            1,
                            "package",
                            "'"
                                    + name
                                    + "' (expected: as the folder, "
                                    + source.folderPackage()
                                    + ")"));
        }
        Matcher home = REFERENCE.matcher(name);
        String owner = home.lookingAt() ? owner(home.group(1)) : "";
        // The tests of storage need the testkit, which stands on storage: they live there.
        boolean guest = source.module().equals("testkit") && !source.isMain();
        if (!owner.equals(source.module()) && !(guest && owner.equals("storage"))) {
            found.add(
                    new Finding(
                            source.file(),
                            1,
                            "package",
                            "'"
                                    + name
                                    + "' (expected: dev.engram."
                                    + source.module()
                                    + " or a room of it); move the code to the module it is named"
                                    + " after"));
        }
    }

    private static void checkReferences(JavaSource source, List<Finding> found) {
        Set<String> visible = visible(source.module());
        if (!source.isMain()) {
            visible.addAll(visible("testkit"));
        }
        Matcher reference = REFERENCE.matcher(source.code());
        while (reference.find()) {
            String owner = owner(reference.group(1));
            if (!visible.contains(owner)) {
                found.add(
                        new Finding(
                                source.file(),
                                source.lineAt(reference.start()),
                                "floor order",
                                reference.group()
                                        + ": "
                                        + source.module()
                                        + " may see "
                                        + visible
                                        + " only; declare here what it needs, implement it there"));
            }
        }
    }

    private static String owner(String packageName) {
        return packageName.equals(ERROR) ? "storage" : packageName;
    }

    /** The floor itself and all below it. */
    private static Set<String> visible(String floor) {
        Set<String> visible = new TreeSet<>();
        visible.add(floor);
        for (String below : STANDS_ON.getOrDefault(floor, Set.of())) {
            visible.addAll(visible(below));
        }
        return visible;
    }
}
