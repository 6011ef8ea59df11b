package dev.engram.text.chunk;

import dev.engram.text.read.Document;
import dev.engram.text.read.Fences;
import dev.engram.text.read.Form;
import dev.engram.text.read.Heading;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a document, in order; only blank lines lie between them. One is found when it is
 * asked for: a list of all could be larger than the text.
 */
final class Blocks implements Iterator<Block> {

    /** No fence is longer, and patterns are not to crawl over megabytes. */
    private static final int FENCE_LINE_MAX = 1000;

    private final String text;
    private final Form form;
    private final List<Heading> headings;
    private int heading;
    private int at;

    Blocks(Document document) {
        text = document.text();
        form = document.form();
        headings = document.headings();
        skipBlank();
    }

    @Override
    public boolean hasNext() {
        return at < text.length();
    }

    @Override
    public Block next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Block block = block();
        at = block.end();
        skipBlank();
        return block;
    }

    private Block block() {
        while (heading < headings.size() && headings.get(heading).end() <= at) {
            heading++;
        }
        int limit = text.length();
        if (heading < headings.size()) {
            Heading next = headings.get(heading);
            if (next.start() <= at) {
                heading++;
                return new Block(at, next.end(), true, next);
            }
            limit = next.start();
        }
        String fence = fence(at, lineEnd(at, limit));
        return fence == null
                ? new Block(at, paragraphEnd(limit), form.hasSentences(), null)
                : new Block(at, fenceEnd(fence, limit), false, null);
    }

    private int paragraphEnd(int limit) {
        int end = lineEnd(at, limit);
        while (end < limit) {
            int next = lineEnd(end, limit);
            if (isBlank(end, next) || fence(end, next) != null) {
                break;
            }
            end = next;
        }
        return end;
    }

    private int fenceEnd(String fence, int limit) {
        int start = lineEnd(at, limit);
        while (start < limit) {
            int end = lineEnd(start, limit);
            if (end - start <= FENCE_LINE_MAX && Fences.closes(fence, text.substring(start, end))) {
                return end;
            }
            start = end;
        }
        return limit;
    }

    private @Nullable String fence(int start, int end) {
        if (form != Form.MARKDOWN || end - start > FENCE_LINE_MAX) {
            return null;
        }
        return Fences.opens(text.substring(start, end));
    }

    private int lineEnd(int start, int limit) {
        int newline = text.indexOf('\n', start, limit);
        return newline < 0 ? limit : newline + 1;
    }

    private boolean isBlank(int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Slabs.isBlank(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** To the line of the next character that people see. */
    private void skipBlank() {
        int line = at;
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Slabs.isBlank(c)) {
                at = line;
                return;
            }
            if (c == '\n') {
                line = i + 1;
            }
        }
        at = text.length();
    }
}
