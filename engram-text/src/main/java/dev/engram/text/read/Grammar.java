package dev.engram.text.read;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The programming languages whose syntax is known. */
enum Grammar {
    C("c", "c"),
    CPP("cpp", "cpp cc cxx h hpp hh hxx inl"),
    C_SHARP("c-sharp", "cs"),
    GO("go", "go"),
    JAVA("java", "java"),
    JAVASCRIPT("javascript", "js mjs cjs jsx"),
    PYTHON("python", "py pyi"),
    RUST("rust", "rs"),
    TYPESCRIPT("typescript", "ts mts cts");

    private static final Map<String, Grammar> BY_EXTENSION = new HashMap<>();

    static {
        for (Grammar grammar : values()) {
            for (String extension : grammar.extensions.split(" ")) {
                BY_EXTENSION.put(extension, grammar);
            }
        }
    }

    private final String library;
    private final String extensions;

    Grammar(String library, String extensions) {
        this.library = library;
        this.extensions = extensions;
    }

    /** The end of the name of its native library. */
    String library() {
        return library;
    }

    /** The language of a file by the end of its name; null where none is known. */
    static @Nullable Grammar of(String extension) {
        return BY_EXTENSION.get(extension);
    }
}
