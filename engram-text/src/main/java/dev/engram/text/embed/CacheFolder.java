package dev.engram.text.embed;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where this user's caches lie. Never in a folder that users share: whoever can write there could
 * have us load a library of theirs.
 */
public final class CacheFolder {

    private CacheFolder() {}

    /** {@code ENGRAM_CACHE}, else {@code engram} in the folder this system has for caches. */
    public static Path ofUser() {
        return ofUser(System.getenv());
    }

    /** The same with another environment. */
    public static Path ofUser(Map<String, String> environment) {
        return of(
                environment,
                System.getProperty("os.name").toLowerCase(Locale.ROOT),
                Path.of(System.getProperty("user.home")));
    }

    static Path of(Map<String, String> environment, String system, Path home) {
        String own = environment.getOrDefault("ENGRAM_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own);
        }
        if (system.contains("windows")) {
            String local = environment.getOrDefault("LOCALAPPDATA", "");
            Path base = local.isBlank() ? home.resolve("AppData").resolve("Local") : Path.of(local);
            return base.resolve("engram").resolve("cache");
        }
        if (system.contains("mac")) {
            return home.resolve("Library").resolve("Caches").resolve("engram");
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        // The XDG specification: a path that is not absolute is to be ignored.
        boolean valid = !xdg.isBlank() && Path.of(xdg).isAbsolute();
        return (valid ? Path.of(xdg) : home.resolve(".cache")).resolve("engram");
    }
}
