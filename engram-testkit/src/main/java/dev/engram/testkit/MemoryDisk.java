package dev.engram.testkit;

import dev.engram.error.UnavailableException;
import dev.engram.storage.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The disk below all folders of a {@link MemoryStorage}.
 *
 * <pre>
 *   seen      name ──► File   what the running process finds
 *   durable   name ──► File   what it would find after a power cut
 *                      └─ bytes 0..synced survive with the name, synced..written do not
 * </pre>
 *
 * <p>Names are paths from the root. Every method holds the disk's lock; a file's bytes are guarded
 * by the file's own.
 */
final class MemoryDisk {

    private final Map<String, File> seen = new TreeMap<>();
    private final Map<String, File> durable = new TreeMap<>();
    private int crashes;

    /** The bytes of one file; grows at its end only. */
    static final class File {

        private byte[] bytes = new byte[64];
        private int written;
        private int synced;

        synchronized long written() {
            return written;
        }

        synchronized byte[] copy() {
            return Arrays.copyOf(bytes, written);
        }

        /** Fills a segment from a place on; false where there are not so many bytes. */
        synchronized boolean read(long position, MemorySegment into) {
            if (position > written - into.byteSize()) {
                return false;
            }
            MemorySegment.copy(MemorySegment.ofArray(bytes), position, into, 0, into.byteSize());
            return true;
        }

        private synchronized void append(byte[] more) {
            if (written + more.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, written + more.length));
            }
            System.arraycopy(more, 0, bytes, written, more.length);
            written += more.length;
        }

        private synchronized void sync() {
            synced = written;
        }

        /** What is left of the file: the synced bytes, {@code kept} more, then {@code zeros}. */
        private synchronized File remains(LongUnaryOperator atMost) {
            int kept = (int) atMost.applyAsLong(written - synced);
            int zeros = (int) atMost.applyAsLong(kept);
            File file = new File();
            file.append(Arrays.copyOf(bytes, synced + kept - zeros));
            file.append(new byte[zeros]);
            file.sync();
            return file;
        }
    }

    /** Counts power cuts: an output opened before one is dead after it. */
    synchronized int crashes() {
        return crashes;
    }

    synchronized @Nullable File file(String path) {
        return seen.get(path);
    }

    synchronized List<String> names(String folder) {
        return seen.keySet().stream()
                .filter(path -> isIn(folder, path))
                .map(path -> path.substring(folder.length()))
                .toList();
    }

    synchronized List<String> folders(String folder) {
        return seen.keySet().stream()
                .filter(path -> path.startsWith(folder) && !isIn(folder, path))
                .map(path -> subfolder(folder, path))
                .map(path -> path.substring(folder.length(), path.length() - 1))
                .distinct()
                .toList();
    }

    /** Gives a file a second name; false where that is taken. */
    synchronized boolean link(String path, File file) {
        return seen.putIfAbsent(path, file) == null;
    }

    synchronized @Nullable File create(String path) {
        File file = new File();
        return seen.putIfAbsent(path, file) == null ? file : null;
    }

    synchronized void delete(String path) {
        seen.remove(path);
    }

    synchronized void deleteAll(String folder) {
        seen.keySet().removeIf(path -> path.startsWith(folder));
    }

    /** Renames now and for good; false where there is no such file. */
    synchronized boolean rename(String from, String to) {
        File file = seen.remove(from);
        if (file == null) {
            return false;
        }
        seen.put(to, file);
        durable.remove(from);
        durable.put(to, file);
        return true;
    }

    /** Makes the names in a folder durable, and the deletion of whole folders below it. */
    synchronized void syncNames(String folder) {
        durable.keySet()
                .removeIf(
                        path ->
                                isIn(folder, path)
                                        ? !seen.containsKey(path)
                                        : path.startsWith(folder)
                                                && isGone(subfolder(folder, path)));
        seen.forEach(
                (path, file) -> {
                    if (isIn(folder, path)) {
                        durable.put(path, file);
                    }
                });
    }

    /**
     * Loses what is not durable.
     *
     * @param happened whether a change of a name that was not synced came through after all
     * @param atMost how much of so many unsynced bytes came through
     */
    synchronized void crash(Predicate<String> happened, LongUnaryOperator atMost) {
        TreeSet<String> paths = new TreeSet<>(seen.keySet());
        paths.addAll(durable.keySet());
        Map<String, File> left = new TreeMap<>();
        for (String path : paths) {
            File now = seen.get(path);
            File kept = durable.get(path);
            File file = now != kept && happened.test(path) ? now : kept;
            if (file != null) {
                left.put(path, file.remains(atMost));
            }
        }
        seen.clear();
        durable.clear();
        seen.putAll(left);
        durable.putAll(left);
        crashes++;
    }

    private boolean isGone(String folder) {
        return seen.keySet().stream().noneMatch(path -> path.startsWith(folder));
    }

    /** The folder directly below {@code folder} on the way to {@code path}. */
    private static String subfolder(String folder, String path) {
        return path.substring(0, path.indexOf('/', folder.length()) + 1);
    }

    private static boolean isIn(String folder, String path) {
        return path.startsWith(folder) && path.indexOf('/', folder.length()) < 0;
    }

    /** A file being written, until it is closed or the power goes. */
    static final class Output implements Storage.Output {

        private final MemoryDisk disk;
        private final File file;
        private final int crashesAtOpen;
        private boolean closed;

        Output(MemoryDisk disk, File file) {
            this.disk = disk;
            this.file = file;
            this.crashesAtOpen = disk.crashes();
        }

        @Override
        public void write(MemorySegment source) {
            check();
            file.append(source.toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public void sync() {
            check();
            file.sync();
        }

        @Override
        public void close() {
            closed = true;
        }

        private void check() {
            if (closed || disk.crashes() != crashesAtOpen) {
                throw new UnavailableException("this file is no longer open for writing");
            }
        }
    }
}
