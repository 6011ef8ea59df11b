package dev.engram.storage;

/**
 * What a segment file holds, and the newest version of it this code can read.
 *
 * @param name four ASCII letters, as they stand in the file
 * @param version from 1 on; a changed layout is a new version
 */
public record Kind(String name, int version) {

    public Kind {
        if (!name.matches("[A-Z]{4}")) {
            throw new IllegalArgumentException("kind: '" + name + "' (expected: four letters A-Z)");
        }
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
        }
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
