package dev.engram.storage;

/**
 * What a segment file holds, and the versions of it this code can read.
 *
 * @param name four ASCII letters, as they stand in the file
 * @param oldest the oldest version that can be read
 * @param version the newest, which is written; from 1 on, and a changed layout is a new version
 */
public record Kind(String name, int oldest, int version) {

    public Kind {
        if (!name.matches("[A-Z]{4}")) {
            throw new IllegalArgumentException("kind: '" + name + "' (expected: four letters A-Z)");
        }
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
        }
        if (oldest < 1 || oldest > version) {
            throw new IllegalArgumentException(
                    "oldest: " + oldest + " (expected: 1.." + version + ")");
        }
    }

    /** A kind of which all versions can be read. */
    public Kind(String name, int version) {
        this(name, 1, version);
    }

    /** The four letters as they stand in the file, first letter in the lowest byte. */
    int code() {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }

    static String nameOf(int code) {
        StringBuilder name = new StringBuilder();
        for (int shift = 0; shift < 32; shift += 8) {
            int letter = code >>> shift & 0xff;
            name.append(letter >= ' ' && letter < 127 ? (char) letter : '?');
        }
        return name.toString();
    }
}
