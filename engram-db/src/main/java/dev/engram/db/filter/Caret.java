package dev.engram.db.filter;

/** Says what is wrong with a text, and where. */
final class Caret {

    private static final int WINDOW = 60;
    private static final int MESSAGE_MAX = 200;

    private Caret() {}

    /**
     * The mistake, then the text around it with a caret below the place.
     *
     * @param at an index of the text, or its length
     */
    static IllegalArgumentException refuse(String text, int at, String mistake) {
        int from = Math.max(0, at - WINDOW);
        int to = Math.min(text.length(), at + WINDOW);
        StringBuilder shown = new StringBuilder(from > 0 ? "…" : "");
        int indent = shown.length() + at - from;
        for (int i = from; i < to; i++) {
            char letter = text.charAt(i);
            shown.append(Character.isISOControl(letter) ? ' ' : letter);
        }
        shown.append(to < text.length() ? "…" : "");
        return new IllegalArgumentException(
                "filter, column %d: %s\n  %s\n  %s^"
                        .formatted(at + 1, cut(mistake), shown, " ".repeat(indent)));
    }

    private static String cut(String mistake) {
        return mistake.length() <= MESSAGE_MAX ? mistake : mistake.substring(0, MESSAGE_MAX) + "…";
    }
}
