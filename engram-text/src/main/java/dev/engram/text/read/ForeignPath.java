package dev.engram.text.read;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the classes of the process for foreign documents lie: where this one's do, and, in an
 * archive of engram, in the folder {@value #FOLDER} beside its jars, so that no other command has
 * to look through them.
 */
final class ForeignPath {

    private static final String FOLDER = "documents";

    private ForeignPath() {}

    static String classPath() {
        List<String> parts = new ArrayList<>();
        for (String property : List.of("java.class.path", "jdk.module.path")) {
            String path = System.getProperty(property);
            if (path != null && !path.isEmpty()) {
                parts.add(path);
            }
        }
        CodeSource source = ForeignPath.class.getProtectionDomain().getCodeSource();
        if (source != null) {
            Path folder = beside(source);
            if (Files.isDirectory(folder)) {
                parts.add(folder + File.separator + "*");
            }
        }
        return String.join(File.pathSeparator, parts);
    }

    private static Path beside(CodeSource source) {
        try {
            URI jar = source.getLocation().toURI();
            return Path.of(jar).resolveSibling(FOLDER);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
