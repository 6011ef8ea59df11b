package dev.engram.db;

import dev.engram.db.keyword.Bm25;
import dev.engram.db.keyword.WordFolders;
import dev.engram.db.keyword.WordIndex;
import dev.engram.db.keyword.WordQuery;
import dev.engram.db.rows.Family;
import dev.engram.db.rows.RowKey;
import dev.engram.db.rows.RowStore;
import dev.engram.db.rows.StoredRow;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The words of one collection's records, kept up with its rows.
 *
 * <p>They are opened by the first question for words, and follow the rows from then on: each
 * question adds what was committed since the one before. So a collection that nobody asks for words
 * pays nothing, and no commit waits. What is missing or damaged is made again from the records.
 */
final class Keywords implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Keywords.class.getName());

    private final String name;
    private final int collection;
    private final RowStore rows;
    private final WordFolders folders;
    private final ReentrantLock following = new ReentrantLock();
    private volatile @Nullable WordIndex index;

    /**
     * @param name of the collection, for messages
     * @param collection its number
     */
    Keywords(String name, int collection, RowStore rows, WordFolders folders) {
        this.name = name;
        this.collection = collection;
        this.rows = rows;
        this.folders = folders;
    }

    /**
     * The rows whose words match best, of those that are there by now, best first, ties by row.
     *
     * @param k how many at most
     * @param visible tells of a row whether it may be answered
     */
    List<WordIndex.Scored> search(WordQuery query, Bm25 weights, int k, LongPredicate visible) {
        try {
            return follow().search(query, weights, k, visible);
        } catch (IOException e) {
            throw trouble(e);
        }
    }

    /** Adds what was committed since the last time, and makes that durable. */
    void settle() {
        try {
            WordIndex followed = follow();
            if (!folders.readOnly()) {
                // What is in the words must not outlive rows that were committed without a sync:
                // others would get their numbers.
                rows.sync();
                followed.commit();
            }
        } catch (IOException e) {
            throw trouble(e);
        }
    }

    /** Forgets rows that were removed. */
    void remove(List<Long> gone) {
        following.lock();
        try {
            if (index != null) {
                index.remove(gone);
            }
        } catch (IOException e) {
            throw trouble(e);
        } finally {
            following.unlock();
        }
    }

    /** Bytes of its files. */
    long bytes() {
        return folders.bytes(collection);
    }

    private WordIndex follow() throws IOException {
        following.lock();
        try {
            WordIndex open = index;
            if (open == null) {
                open = open();
                index = open;
            }
            follow(open);
            return open;
        } finally {
            following.unlock();
        }
    }

    private WordIndex open() throws IOException {
        WordIndex opened;
        try {
            opened = folders.open(collection);
        } catch (IOException e) {
            if (!WordFolders.isDamage(e)) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the words of ''{0}'' are damaged and made again from its records: {1}",
                    name,
                    e.getMessage());
            opened = folders.openAnew(collection);
        }
        if (!isOfTheseRows(opened.mark())) {
            opened.clear();
        }
        return opened;
    }

    /** A power cut may take rows that words are there of, and others get their numbers. */
    private boolean isOfTheseRows(WordIndex.Mark mark) {
        if (mark.row() == 0) {
            return true;
        }
        byte[] value = rows.get(Family.ROWS, RowKey.row(collection, mark.row()));
        // A row that was removed since says nothing; its number was given before the removal.
        return value == null || StoredRow.decode(value).stamp().ts() == mark.stamp();
    }

    private void follow(WordIndex open) throws IOException {
        WordIndex.Mark before = open.mark();
        WordIndex.Mark[] last = {before};
        try {
            rows.scan(
                    Family.ROWS,
                    RowKey.row(collection, before.row() + 1),
                    RowKey.end(collection),
                    (key, value) -> last[0] = add(open, RowKey.rowOf(key), value));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (!last[0].equals(before)) {
            open.show(last[0]);
        }
    }

    private static WordIndex.Mark add(WordIndex open, long number, byte[] value) {
        StoredRow row = StoredRow.decode(value);
        try {
            if (row.text() != null) {
                open.add(number, row.text());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new WordIndex.Mark(number, row.stamp().ts());
    }

    /**
     * What broke off may have left half of a row behind: it is opened again from what was durable,
     * or made again where that is damaged.
     */
    private UnavailableException trouble(IOException e) {
        following.lock();
        try {
            WordIndex broken = index;
            index = null;
            if (broken != null) {
                broken.close();
            }
            if (WordFolders.isDamage(e) && !folders.readOnly()) {
                folders.delete(collection);
            }
        } catch (IOException again) {
            e.addSuppressed(again);
        } finally {
            following.unlock();
        }
        return new UnavailableException(
                "cannot use the words of '" + name + "', ask again: " + e.getMessage(), e);
    }

    /** Makes durable what it has, where it was asked for anything, and frees it. */
    @Override
    public void close() {
        following.lock();
        try (WordIndex open = index) {
            index = null;
            if (open != null && !folders.readOnly()) {
                rows.sync();
                open.commit();
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the words of ''{0}'' are made again when they are needed: {1}",
                    name,
                    e.getMessage());
        } finally {
            following.unlock();
        }
    }
}
