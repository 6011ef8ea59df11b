package dev.engram.text.chunk;

import java.text.BreakIterator;
import java.text.StringCharacterIterator;
import java.util.Locale;

/** Where the sentences of a block end, or its lines, where lines are what it is made of. */
final class Sentences {

    private final String text;
    private final BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
    private Block block = new Block(0, 0, false, null);
    private int itemEnd;

    Sentences(String text) {
        this.text = text;
    }

    /** Begins with another block. */
    void enter(Block next) {
        block = next;
        itemEnd = next.start();
    }

    /** The end of the sentence that begins at {@code start}, which lies inside the block. */
    int end(int start) {
        if (!block.sentences()) {
            return lineEnd(start);
        }
        if (start >= itemEnd) {
            itemEnd = itemEnd(start);
            breaks.setText(new StringCharacterIterator(text, start, itemEnd, start));
            breaks.first();
        }
        int end = breaks.next();
        return end == BreakIterator.DONE ? itemEnd : end;
    }

    private int lineEnd(int start) {
        int newline = text.indexOf('\n', start, block.end());
        return newline < 0 ? block.end() : newline + 1;
    }

    /** A line that begins as items of lists do begins a sentence, whatever stood before it. */
    private int itemEnd(int start) {
        int end = lineEnd(start);
        while (end < block.end() && !beginsItem(end)) {
            end = lineEnd(end);
        }
        return end;
    }

    private boolean beginsItem(int line) {
        int i = line;
        while (i < block.end() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i++;
        }
        int digits = i;
        while (i < block.end() && Character.isDigit(text.charAt(i))) {
            i++;
        }
        if (i + 1 >= block.end()) {
            return false;
        }
        String marks = i > digits ? ".)" : "-*+>|\u2022";
        boolean marked = marks.indexOf(text.charAt(i)) >= 0;
        return marked && (text.charAt(i) == '|' || Slabs.isBlank(text.charAt(i + 1)));
    }
}
