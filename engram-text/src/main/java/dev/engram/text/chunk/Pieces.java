package dev.engram.text.chunk;

import dev.engram.text.read.Document;
import dev.engram.text.read.Heading;
import java.text.BreakIterator;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The sentences of a document, in order, those that are too long in pieces. Whatever is not white
 * space lies in one of them.
 *
 * <p>A long sentence is cut before a word: at the end of a line, else at white space, where there
 * is one in the second half of the piece; else anywhere. A word that is too long by itself is cut
 * between characters, and its parts are tokenised anew, for they have other tokens than the whole.
 */
final class Pieces implements Iterator<Piece> {

    /** Enough to see where a character ends that began before the limit. */
    private static final int CHARACTER_CHARS = 64;

    private final Tokenizer tokenizer;
    private final String text;
    private final int tokensMax;
    private final int charsMax;
    private final Blocks blocks;
    private final Sentences sentences;
    private final Words words;
    private final Queue<Piece> ready = new ArrayDeque<>();
    private Block block = new Block(0, 0, false, null);
    private int at;

    // The piece in the making: its start and tokens, and the places where it could end.
    private int start;
    private int tokens;
    private Cut line = Cut.NONE;
    private Cut blank = Cut.NONE;
    private Cut word = Cut.NONE;
    private @Nullable Heading heading;

    /**
     * A place where the piece in the making could end.
     *
     * @param at the offset
     * @param tokens how many of the piece lie before it
     */
    private record Cut(int at, int tokens) {

        static final Cut NONE = new Cut(-1, 0);

        Cut after(Cut other) {
            return at <= other.at ? NONE : new Cut(at, tokens - other.tokens);
        }
    }

    Pieces(Document document, Tokenizer tokenizer, int tokensMax, int charsMax) {
        this.tokenizer = tokenizer;
        this.tokensMax = tokensMax;
        this.charsMax = charsMax;
        text = document.text();
        blocks = new Blocks(document);
        sentences = new Sentences(text);
        words = new Words(tokenizer, text);
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty()) {
            if (at >= block.end()) {
                if (!blocks.hasNext()) {
                    return false;
                }
                block = blocks.next();
                sentences.enter(block);
                at = block.start();
                heading = block.heading();
            }
            int end = sentences.end(at);
            sentence(at, end);
            at = end;
        }
        return true;
    }

    @Override
    public Piece next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void sentence(int from, int to) {
        begin(from);
        while (words.start() < to) {
            int wordStart = words.start();
            int wordEnd = words.end();
            int wordTokens = words.tokens();
            words.skip();
            mark(wordStart);
            while (start < wordStart && !fits(wordEnd, wordTokens)) {
                cut();
            }
            if (fits(wordEnd, wordTokens)) {
                tokens += wordTokens;
            } else {
                force(start, wordEnd);
                begin(wordEnd);
            }
        }
        emit(start, to, tokens);
    }

    private boolean fits(int wordEnd, int wordTokens) {
        return tokens + wordTokens <= tokensMax && wordEnd - start <= charsMax;
    }

    private void begin(int from) {
        start = from;
        tokens = 0;
        line = Cut.NONE;
        blank = Cut.NONE;
        word = Cut.NONE;
    }

    /** The piece could end before the word that begins there. */
    private void mark(int wordStart) {
        Cut here = new Cut(wordStart, tokens);
        word = here;
        for (int i = wordStart; i > start && Slabs.isBlank(text.charAt(i - 1)); i--) {
            blank = here;
            if (text.charAt(i - 1) == '\n') {
                line = here;
                return;
            }
        }
    }

    private void cut() {
        Cut best = isLate(line) ? line : isLate(blank) ? blank : word;
        emit(start, best.at, best.tokens);
        start = best.at;
        tokens -= best.tokens;
        line = line.after(best);
        blank = blank.after(best);
        word = word.after(best);
    }

    private boolean isLate(Cut cut) {
        return cut.at > start && (cut.tokens >= tokensMax / 2 || cut.at - start >= charsMax / 2);
    }

    private void emit(int from, int to, int count) {
        int first = from;
        int end = to;
        while (first < end && Slabs.isBlank(text.charAt(first))) {
            first++;
        }
        while (end > first && Slabs.isBlank(text.charAt(end - 1))) {
            end--;
        }
        if (end - first > charsMax) {
            force(first, end);
        } else if (first < end) {
            ready.add(new Piece(first, end, count, heading));
            heading = null;
        }
    }

    /** Cuts where there is no good place, and counts the tokens of every part. */
    private void force(int from, int to) {
        int first = from;
        while (first < to) {
            int end = first + charsMax < to ? characterEnd(first, first + charsMax) : to;
            Tokens part = tokenizer.tokenize(text.substring(first, end));
            while (part.count() > tokensMax) {
                int next = characterEnd(first, first + part.starts()[tokensMax]);
                if (next >= end) {
                    // One character of more tokens than a chunk may have: it cannot be cut.
                    break;
                }
                end = next;
                part = tokenizer.tokenize(text.substring(first, end));
            }
            emit(first, end, part.count());
            first = end;
        }
    }

    /**
     * The end of the last whole character, as people see them, of those before {@code limit}; of
     * the last code point where the first character reaches further.
     */
    private int characterEnd(int first, int limit) {
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(text.substring(first, Math.min(text.length(), limit + CHARACTER_CHARS)));
        int end = characters.preceding(limit - first + 1);
        if (end > 0) {
            return first + end;
        }
        int point = Slabs.characterBoundary(text, limit);
        return point > first ? point : first + Character.charCount(text.codePointAt(first));
    }
}
