package dev.engram.text.embed;

import java.net.URL;
import org.jspecify.annotations.Nullable;

/** Files in the libraries beside this one, on the class path and on the module path alike. */
final class Resources {

    private Resources() {}

    /**
     * Where a file is, or null where no library has it.
     *
     * @param name with {@code /} between folders, none in front
     */
    static @Nullable URL find(String name) {
        // Not Class.getResource, which on the module path sees only the files of this module.
        ClassLoader loader = Resources.class.getClassLoader();
        return loader == null ? ClassLoader.getSystemResource(name) : loader.getResource(name);
    }
}
