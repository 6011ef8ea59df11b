package dev.engram.text;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which files of a folder are read. A file that is named itself always is.
 *
 * @param recursive whether folders in folders are entered
 * @param hidden whether what begins with a dot is looked at
 * @param submodules whether other repositories that git put into this one are entered
 * @param unignored whether what {@code .gitignore} and {@code .engramignore} say is not heeded
 * @param fileTypes ends of names, without the dot, in lower case; where there are none, all
 * @param excluded patterns as in {@code .gitignore}, below each folder that was named
 */
public record Selection(
        boolean recursive,
        boolean hidden,
        boolean submodules,
        boolean unignored,
        Set<String> fileTypes,
        List<String> excluded) {

    /** All that is not hidden, ignored, or of another repository. */
    public static final Selection DEFAULT =
            new Selection(true, false, false, false, Set.of(), List.of());

    public Selection {
        fileTypes = fileTypes.stream().map(Selection::type).collect(Collectors.toUnmodifiableSet());
        excluded = List.copyOf(excluded);
    }

    private static String type(String given) {
        String type = given.strip().toLowerCase(Locale.ROOT);
        type = type.startsWith("*") ? type.substring(1) : type;
        type = type.startsWith(".") ? type.substring(1) : type;
        if (type.isEmpty() || type.contains("/") || type.contains("*")) {
            throw new IllegalArgumentException(
                    "file type: '" + given + "' (expected: the end of names, such as .md)");
        }
        return type;
    }

    /** This selection, with folders in folders entered or not. */
    public Selection withRecursive(boolean wanted) {
        return new Selection(wanted, hidden, submodules, unignored, fileTypes, excluded);
    }

    /** This selection, only of files whose names end so. */
    public Selection withFileTypes(Set<String> types) {
        return new Selection(recursive, hidden, submodules, unignored, types, excluded);
    }

    /** This selection, without what matches one of these patterns. */
    public Selection withExcluded(List<String> patterns) {
        return new Selection(recursive, hidden, submodules, unignored, fileTypes, patterns);
    }
}
