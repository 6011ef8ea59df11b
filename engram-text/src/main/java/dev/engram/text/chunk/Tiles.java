package dev.engram.text.chunk;

import dev.engram.text.read.Document;
import dev.engram.text.read.Form;
import dev.engram.text.read.Syntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts source code into tiles, each small enough for a chunk: definitions where they fit, else what
 * they fall into, else lines. What is no definition takes half of a chunk at most, so that chunks
 * are filled well. Whatever is not white space lies in one of them, and none is cut between
 * characters of one word unless that word is too long by itself.
 */
final class Tiles {

    private final Tokenizer tokenizer;
    private final String text;
    private final int tokensMax;
    private final int charsMax;
    private final TokenCounts counts;
    private final List<Tile> tiles = new ArrayList<>();

    private Tiles(Tokenizer tokenizer, String text, int tokensMax, int charsMax) {
        this.tokenizer = tokenizer;
        this.text = text;
        this.tokensMax = tokensMax;
        this.charsMax = charsMax;
        counts = new TokenCounts(tokenizer, text);
    }

    /** The tiles of a text of that syntax, in order. */
    static List<Tile> of(
            String text, Syntax syntax, Tokenizer tokenizer, int tokensMax, int charsMax) {
        Tiles tiles = new Tiles(tokenizer, text, tokensMax, charsMax);
        tiles.split(syntax, 0, text.length(), null);
        return tiles.tiles;
    }

    /**
     * Tiles a range.
     *
     * @param node whose range it is, with what lies before its first part and behind its last
     * @param above the definition it lies in
     */
    private void split(Syntax node, int from, int to, @Nullable String above) {
        String path = path(above, node.name());
        boolean named = node.name() != null;
        int start = firstSeen(from, to);
        int end = lastSeen(start, to);
        if (named ? fits(start, end, 1) : fits(start, end, 2) && !defines(node)) {
            add(start, end, counts.between(start, end), path, named);
        } else if (node.parts().isEmpty()) {
            cut(start, end, path);
        } else {
            splitParts(node.parts(), from, to, path);
        }
    }

    /** Each part ends where the next begins; what is said around them belongs to one of them. */
    private void splitParts(List<Syntax> parts, int from, int to, @Nullable String path) {
        int start = from;
        int first = 0;
        for (int next = 1; next <= parts.size(); next++) {
            int end = next < parts.size() ? parts.get(next).start() : to;
            if (next < parts.size() && !isCuttable(end)) {
                continue;
            }
            if (next == first + 1) {
                split(parts.get(first), start, end, path);
            } else {
                splitTogether(parts.subList(first, next), start, end, path);
            }
            start = end;
            first = next;
        }
    }

    /** Of parts without white space between them, only the last may fall apart. */
    private void splitTogether(List<Syntax> parts, int from, int to, @Nullable String path) {
        int start = firstSeen(from, to);
        int end = lastSeen(start, to);
        if (fits(start, end, 2)) {
            add(start, end, counts.between(start, end), path, false);
        } else if (parts.getLast().parts().isEmpty()) {
            cut(start, end, path);
        } else {
            splitParts(parts.getLast().parts(), from, to, path(path, parts.getLast().name()));
        }
    }

    private static @Nullable String path(@Nullable String above, @Nullable String name) {
        if (name == null) {
            return above;
        }
        return above == null ? name : above + "." + name;
    }

    private static boolean defines(Syntax node) {
        for (Syntax part : node.parts()) {
            if (part.name() != null || defines(part)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a range fits into that part of a chunk. */
    private boolean fits(int start, int end, int part) {
        return end - start <= charsMax / part && counts.between(start, end) <= tokensMax / part;
    }

    /** The tokens to both sides of white space are the same together and apart. */
    private boolean isCuttable(int at) {
        return at == 0 || Slabs.isBlank(text.charAt(at - 1));
    }

    /** Into lines, and long lines into parts of half of a chunk. */
    private void cut(int from, int to, @Nullable String path) {
        Document lines = Document.plain(text.substring(from, to), Form.LINES);
        Pieces pieces = new Pieces(lines, tokenizer, tokensMax / 2, charsMax / 2);
        while (pieces.hasNext()) {
            Piece piece = pieces.next();
            add(from + piece.start(), from + piece.end(), piece.tokens(), path, false);
        }
    }

    private void add(int start, int end, int tokens, @Nullable String path, boolean whole) {
        if (start < end) {
            tiles.add(new Tile(start, end, tokens, path, whole));
        }
    }

    private int firstSeen(int from, int to) {
        int start = from;
        while (start < to && Slabs.isBlank(text.charAt(start))) {
            start++;
        }
        return start;
    }

    private int lastSeen(int from, int to) {
        int end = to;
        while (end > from && Slabs.isBlank(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }
}
