package dev.engram.text.chunk;

import dev.engram.text.read.Document;
import dev.engram.text.read.Form;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Cuts documents into chunks of whole sentences, as many as fit.
 *
 * <ul>
 *   <li>Every character that is not white space is in at least one chunk; a chunk is exactly a
 *       range of the text; chunks come in the order of their starts, and never start at the same
 *       place.
 *   <li>A chunk has at most {@code chunkTokens} tokens of the model, and 16 characters for each:
 *       text without words, such as encoded bytes, could be endless otherwise.
 *   <li>A chunk that was full is followed by one that repeats its last sentences, as many as have
 *       {@code overlapTokens}. Nothing is repeated across a heading.
 *   <li>A heading begins a chunk, unless the one before it is still small.
 *   <li>A row of a table always begins one.
 * </ul>
 *
 * <p>Safe for many threads.
 */
public final class Chunker {

    /** The fewest tokens a chunk can be given. */
    public static final int TOKENS_MIN = 16;

    private static final int CHARS_PER_TOKEN_MAX = 16;

    private final Tokenizer tokenizer;
    private final int chunkTokens;
    private final int overlapTokens;

    /**
     * @param tokenizer of the model that will read the chunks
     * @param chunkTokens the most tokens of a chunk, from 16 to what the model's window holds
     * @param overlapTokens the most tokens repeated from the chunk before, up to half of a chunk
     */
    public Chunker(Tokenizer tokenizer, int chunkTokens, int overlapTokens) {
        int max = tokenizer.window() - tokenizer.specialTokens();
        if (chunkTokens < TOKENS_MIN || chunkTokens > max) {
            throw new IllegalArgumentException(
                    "chunk size: "
                            + chunkTokens
                            + " tokens (expected: "
                            + TOKENS_MIN
                            + ".."
                            + max
                            + ", the window of "
                            + tokenizer.model()
                            + ")");
        }
        if (overlapTokens < 0 || overlapTokens > chunkTokens / 2) {
            throw new IllegalArgumentException(
                    "chunk overlap: "
                            + overlapTokens
                            + " tokens (expected: 0.."
                            + chunkTokens / 2
                            + ", half of the chunk size)");
        }
        this.tokenizer = tokenizer;
        this.chunkTokens = chunkTokens;
        this.overlapTokens = overlapTokens;
    }

    /** The chunks of a document, each made when it is asked for. */
    public Iterator<Chunk> chunks(Document document) {
        return new Packing(document);
    }

    /** Fills one chunk after the other with pieces. */
    private final class Packing implements Iterator<Chunk> {

        private final Document document;
        private final Pieces pieces;
        private final Outline outline = new Outline();
        private final Queue<Chunk> ready = new ArrayDeque<>();
        private final Deque<Piece> open = new ArrayDeque<>();
        private int tokens;
        private int fresh;
        private boolean body;
        private @Nullable String path;
        private int ordinal;

        Packing(Document document) {
            this.document = document;
            pieces =
                    new Pieces(document, tokenizer, chunkTokens, chunkTokens * CHARS_PER_TOKEN_MAX);
        }

        @Override
        public boolean hasNext() {
            while (ready.isEmpty() && pieces.hasNext()) {
                add(pieces.next());
            }
            if (ready.isEmpty()) {
                close();
            }
            return !ready.isEmpty();
        }

        @Override
        public Chunk next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }

        private void add(Piece piece) {
            boolean large = body && tokens >= chunkTokens / 4;
            boolean headed = piece.heading() != null && (large || fresh == 0);
            if (headed || beginsRow(piece)) {
                close();
            } else if (!fits(piece)) {
                turn(piece);
            }
            if (piece.heading() != null) {
                outline.pass(piece.heading());
            }
            if (!body) {
                path = outline.path();
                body = piece.heading() == null;
            }
            open.addLast(piece);
            tokens += piece.tokens();
            fresh++;
        }

        private boolean beginsRow(Piece piece) {
            int start = piece.start();
            return document.form() == Form.ROWS
                    && (start == 0 || document.text().charAt(start - 1) == '\n');
        }

        private boolean fits(Piece piece) {
            if (open.isEmpty()) {
                return true;
            }
            int chars = piece.end() - open.getFirst().start();
            return tokens + piece.tokens() <= chunkTokens
                    && chars <= chunkTokens * CHARS_PER_TOKEN_MAX;
        }

        /** Closes a full chunk and begins the next with what is to be seen again in it. */
        private void turn(Piece next) {
            Deque<Piece> tail = new ArrayDeque<>();
            int headings = 0;
            while (body && open.getLast().heading() != null) {
                tail.addFirst(open.removeLast());
                headings++;
            }
            fresh -= headings;
            Deque<Piece> repeated = headings > 0 ? tail : overlap();
            close();
            repeated.forEach(this::reopen);
            fresh = headings;
            body = headings == 0 && !open.isEmpty();
            path = outline.path();
            while (fresh == 0 && !fits(next)) {
                tokens -= open.removeFirst().tokens();
                body = !open.isEmpty();
            }
            if (!fits(next)) {
                close();
            }
        }

        private void reopen(Piece piece) {
            open.addLast(piece);
            tokens += piece.tokens();
        }

        private Deque<Piece> overlap() {
            Deque<Piece> repeated = new ArrayDeque<>();
            int sum = 0;
            for (Iterator<Piece> back = open.descendingIterator(); back.hasNext(); ) {
                Piece piece = back.next();
                sum += piece.tokens();
                if (piece.heading() != null || sum > overlapTokens) {
                    break;
                }
                repeated.addFirst(piece);
            }
            return repeated;
        }

        private void close() {
            if (fresh > 0) {
                int start = open.getFirst().start();
                int end = open.getLast().end();
                int count = open.stream().mapToInt(Piece::tokens).sum();
                ready.add(
                        new Chunk(
                                ordinal++,
                                document.text().substring(start, end),
                                start,
                                end,
                                document.lines().at(start),
                                document.lines().at(end - 1),
                                document.pages().at(start),
                                document.pages().at(end - 1),
                                count,
                                path));
            }
            open.clear();
            tokens = 0;
            fresh = 0;
            body = false;
        }
    }
}
