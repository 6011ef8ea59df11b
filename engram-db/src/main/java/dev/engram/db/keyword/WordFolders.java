package dev.engram.db.keyword;

import dev.engram.storage.DiskStorage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;

/**
 * Where the words of all collections of a database lie: a folder for each, by its number. They are
 * derived from the records, so nothing is lost where one is missing.
 *
 * @param folder of all
 * @param readOnly leaves the files as they are
 */
public record WordFolders(Path folder, boolean readOnly) {

    /** Opens the words of a collection. */
    public WordIndex open(int collection) throws IOException {
        return readOnly ? WordIndex.openReadOnly(of(collection)) : WordIndex.open(of(collection));
    }

    /** Opens the words of a collection as if there were no files of it yet. */
    public WordIndex openAnew(int collection) throws IOException {
        if (readOnly) {
            return WordIndex.inMemory();
        }
        delete(collection);
        return WordIndex.open(of(collection));
    }

    /** Whether the files are at fault, and not the disk or this process. */
    public static boolean isDamage(IOException e) {
        return e instanceof CorruptIndexException
                || e instanceof IndexFormatTooOldException
                || e instanceof IndexFormatTooNewException
                || e instanceof EOFException
                || e instanceof NoSuchFileException;
    }

    /** Removes the files of a collection; it is not open. */
    public void delete(int collection) {
        new DiskStorage(of(collection)).deleteAll();
    }

    /** Bytes of the files of a collection. */
    public long bytes(int collection) {
        DiskStorage files = new DiskStorage(of(collection));
        return files.list().stream().mapToLong(files::size).sum();
    }

    private Path of(int collection) {
        return folder.resolve(Integer.toString(collection));
    }
}
