package dev.engram.text.chunk;

import dev.engram.text.read.Document;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of source code whose syntax is known.
 *
 * <ul>
 *   <li>A definition that fits is in one chunk, and alone in it unless it is small: neighbours of
 *       up to a quarter of a chunk are gathered up to half of one.
 *   <li>What is left of a definition that does not fit fills chunks part by part; a chunk that was
 *       full is followed by one that repeats its last parts.
 *   <li>Crumbs, such as a brace or the head of a class, stand with what they are next to.
 * </ul>
 */
final class CodeChunks implements Iterator<Chunk> {

    /** Neighbours of up to this part of a chunk are gathered. */
    private static final int SMALL = 4;

    /** What has up to this part of a chunk never stands alone where there is room beside it. */
    private static final int CRUMB = 12;

    private static final int SYMBOL_CHARS_MAX = 200;

    private final Document document;
    private final Tokenizer tokenizer;
    private final int tokensMax;
    private final int charsMax;
    private final int overlapTokens;
    private final List<Tile> tiles;
    private Deque<Tile> repeated = new ArrayDeque<>();
    private int at;
    private int ordinal;

    CodeChunks(
            Document document,
            Tokenizer tokenizer,
            int tokensMax,
            int charsMax,
            int overlapTokens) {
        this.document = document;
        this.tokenizer = tokenizer;
        this.tokensMax = tokensMax;
        this.charsMax = charsMax;
        this.overlapTokens = overlapTokens;
        tiles =
                Tiles.of(
                        document.text(),
                        Objects.requireNonNull(document.syntax()),
                        tokenizer,
                        tokensMax,
                        charsMax);
    }

    @Override
    public boolean hasNext() {
        return at < tiles.size();
    }

    @Override
    public Chunk next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int first = at;
        Deque<Tile> open = repeated;
        while (!open.isEmpty() && !fit(open, tiles.get(at))) {
            open.removeFirst();
        }
        open.addLast(tiles.get(at++));
        int fresh = tiles.get(first).tokens();
        while (at < tiles.size() && fit(open, tiles.get(at)) && join(first, fresh)) {
            fresh += tiles.get(at).tokens();
            open.addLast(tiles.get(at++));
        }
        repeated = overlap(first);
        return chunk(open, first);
    }

    private boolean fit(Deque<Tile> open, Tile next) {
        if (next.end() - open.getFirst().start() > charsMax) {
            return false;
        }
        open.addLast(next);
        int tokens = tokens(open);
        open.removeLast();
        return tokens <= tokensMax;
    }

    /** Parts of one endless word have other tokens together than apart. */
    private int tokens(Deque<Tile> open) {
        int sum = 0;
        int last = -1;
        boolean touch = false;
        for (Tile tile : open) {
            sum += tile.tokens();
            touch |= tile.start() == last;
            last = tile.end();
        }
        return touch && sum <= tokensMax
                ? tokenizer
                        .tokenize(document.text().substring(open.getFirst().start(), last))
                        .count()
                : sum;
    }

    /**
     * Whether the next tile belongs to those from {@code first} on.
     *
     * @param tokens of these
     */
    private boolean join(int first, int tokens) {
        Tile next = tiles.get(at);
        if (isPart(first, next) && isPart(at - 1, next)) {
            return true;
        }
        boolean crumb = isCrumb(next.tokens()) && !isHead(next);
        if (first > 0 && isPart(first - 1, tiles.get(first))) {
            // What is left of one definition is not gathered with the next.
            return crumb;
        }
        return crumb || isCrumb(tokens) || (!isHead(next) && gathers(tokens, next));
    }

    private boolean isCrumb(int tokens) {
        return tokens <= tokensMax / CRUMB;
    }

    private boolean gathers(int tokens, Tile next) {
        return isSmall(tiles.get(at - 1))
                && isSmall(next)
                && tokens + next.tokens() <= tokensMax / 2;
    }

    private boolean isSmall(Tile tile) {
        return tile.tokens() <= tokensMax / SMALL;
    }

    /** Whether both are parts of one definition. */
    private boolean isPart(int index, Tile next) {
        Tile tile = tiles.get(index);
        return !tile.whole() && !next.whole() && Objects.equals(tile.symbol(), next.symbol());
    }

    /** Whether what follows the next tile lies in what that tile begins. */
    private boolean isHead(Tile next) {
        if (at + 1 == tiles.size() || next.whole()) {
            return false;
        }
        Tile later = tiles.get(at + 1);
        return isInside(later.symbol(), next.symbol())
                || (!later.whole() && Objects.equals(later.symbol(), next.symbol()));
    }

    private static boolean isInside(@Nullable String symbol, @Nullable String outer) {
        return symbol != null && outer != null && symbol.startsWith(outer + ".");
    }

    /** The last parts of the definition that the next chunk goes on with. */
    private Deque<Tile> overlap(int first) {
        Deque<Tile> tail = new ArrayDeque<>();
        int sum = 0;
        for (int i = at - 1; at < tiles.size() && i > first && isPart(i, tiles.get(at)); i--) {
            sum += tiles.get(i).tokens();
            if (sum > overlapTokens) {
                break;
            }
            tail.addFirst(tiles.get(i));
        }
        return tail;
    }

    private Chunk chunk(Deque<Tile> open, int first) {
        int start = open.getFirst().start();
        int end = open.getLast().end();
        return new Chunk(
                ordinal++,
                document.text().substring(start, end),
                start,
                end,
                document.lines().at(start),
                document.lines().at(end - 1),
                document.pages().at(start),
                document.pages().at(end - 1),
                tokens(open),
                null,
                symbols(first));
    }

    /** What the tiles from {@code first} on define; the outer of two only where it stands alone. */
    private @Nullable String symbols(int first) {
        List<String> names = new ArrayList<>();
        for (Tile tile : tiles.subList(first, at)) {
            if (tile.symbol() != null && !names.contains(tile.symbol())) {
                names.add(tile.symbol());
            }
        }
        String all =
                names.stream()
                        .filter(n -> names.stream().noneMatch(other -> isInside(other, n)))
                        .collect(Collectors.joining(", "));
        if (all.length() > SYMBOL_CHARS_MAX) {
            int comma = all.lastIndexOf(", ", SYMBOL_CHARS_MAX);
            int limit = comma > 0 ? comma : Slabs.characterBoundary(all, SYMBOL_CHARS_MAX);
            return all.substring(0, limit);
        }
        return all.isEmpty() ? null : all;
    }
}
