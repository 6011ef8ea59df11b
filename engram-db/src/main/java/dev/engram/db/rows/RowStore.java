package dev.engram.db.rows;

import dev.engram.error.CorruptException;
import dev.engram.error.EngramException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * The records of all collections in one RocksDB: the truth from which everything else is derived.
 *
 * <p>Safe for many threads, except that nothing may be under way when it is closed: RocksDB would
 * read freed memory. {@code Database} sees to that.
 */
public final class RowStore implements AutoCloseable {

    /** The families whose keys start with the number of a collection. */
    public static final List<Family> OF_COLLECTIONS =
            List.of(Family.IDS, Family.ROWS, Family.VECTORS, Family.DEAD, Family.EXPIRES);

    private static final int LOG_FILES_KEPT = 2;
    private static final long WAL_BYTES_MAX = 64L << 20;

    /** Of those who do not say. */
    private static final long MEMORY_BYTES = 16L << 20;

    private final Path folder;
    private final boolean readOnly;
    private final Cache cache;
    private final WriteBufferManager buffers;
    private final DBOptions options;
    private final ColumnFamilyOptions familyOptions;
    private final RocksDB rocks;
    private final Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
    private final WriteOptions durable;
    private final WriteOptions relaxed;
    private final CompactRangeOptions compaction;

    private RowStore(Path folder, long memoryBytes, boolean readOnly) throws RocksDBException {
        this.folder = folder;
        this.readOnly = readOnly;
        this.cache = new LRUCache(memoryBytes);
        // What is not in files yet takes its place in the cache, up to a half of it.
        this.buffers = new WriteBufferManager(memoryBytes / 2, cache);
        this.options =
                new DBOptions()
                        .setWriteBufferManager(buffers)
                        .setCreateIfMissing(true)
                        .setCreateMissingColumnFamilies(true)
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setKeepLogFileNum(LOG_FILES_KEPT)
                        .setMaxTotalWalSize(WAL_BYTES_MAX)
                        .setParanoidChecks(true)
                        // A log may end in a write that was cut off. Damage before that is refused:
                        // the default would drop all that was acknowledged behind it.
                        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
        this.familyOptions =
                new ColumnFamilyOptions()
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(cache)
                                        .setCacheIndexAndFilterBlocks(true)
                                        .setPinL0FilterAndIndexBlocksInCache(true))
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
        List<Family> families = readOnly ? existing(folder) : List.of(Family.values());
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Family family : families) {
            descriptors.add(new ColumnFamilyDescriptor(family.storedName(), familyOptions));
        }
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        try {
            this.rocks =
                    readOnly
                            ? RocksDB.openReadOnly(options, folder.toString(), descriptors, opened)
                            : RocksDB.open(options, folder.toString(), descriptors, opened);
        } catch (RocksDBException e) {
            options.close();
            familyOptions.close();
            buffers.close();
            cache.close();
            throw e;
        }
        this.durable = new WriteOptions().setSync(true);
        this.relaxed = new WriteOptions();
        this.compaction = new CompactRangeOptions();
        Iterator<ColumnFamilyHandle> next = opened.iterator();
        for (Family family : families) {
            handles.put(family, next.next());
        }
    }

    /** The families there are: an older engram knew fewer, and a reader cannot add any. */
    private static List<Family> existing(Path folder) throws RocksDBException {
        try (Options options = new Options()) {
            List<byte[]> names = RocksDB.listColumnFamilies(options, folder.toString());
            return Stream.of(Family.values())
                    .filter(
                            family ->
                                    names.stream()
                                            .anyMatch(
                                                    name ->
                                                            Arrays.equals(
                                                                    name, family.storedName())))
                    .toList();
        }
    }

    /** As {@link #open(Path, long)}, with little memory. */
    public static RowStore open(Path folder) {
        return open(folder, MEMORY_BYTES);
    }

    /**
     * Opens the rows for reading and writing; makes the folder where it is missing.
     *
     * @param memoryBytes for the cache, and what is not in files yet
     */
    public static RowStore open(Path folder, long memoryBytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UnavailableException("cannot use " + folder + ": " + e.getMessage(), e);
        }
        checkNotBeheaded(folder);
        CleanMark mark = new CleanMark(folder);
        mark.check();
        mark.remove();
        return open(folder, memoryBytes, false);
    }

    /** RocksDB takes a folder without this file for a new one, and clears the rest away. */
    private static void checkNotBeheaded(Path folder) {
        if (Files.exists(folder.resolve("CURRENT"))) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            // A new store makes CURRENT before any of these.
            boolean used = files.anyMatch(file -> file.toString().matches(".*\\.(sst|log)"));
            if (used) {
                throw new CorruptException(
                        folder.resolve("CURRENT").toString(), 0, "it is missing");
            }
        } catch (IOException e) {
            throw new UnavailableException("cannot use " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Opens the rows as they are at this moment; they must exist. */
    public static RowStore openReadOnly(Path folder, long memoryBytes) {
        new CleanMark(folder).check();
        return open(folder, memoryBytes, true);
    }

    private static RowStore open(Path folder, long memoryBytes, boolean readOnly) {
        try {
            RocksDB.loadLibrary();
            return new RowStore(folder, memoryBytes, readOnly);
        } catch (RocksDBException e) {
            throw trouble("cannot open the rows in " + folder, e);
        }
    }

    /** The value of a key, or null. */
    public byte @Nullable [] get(Family family, byte[] key) {
        try {
            return rocks.get(handle(family), key);
        } catch (RocksDBException e) {
            throw trouble("cannot read " + folder, e);
        }
    }

    /** The values of several keys, in their order; null where a key is missing. */
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        if (keys.isEmpty()) {
            // RocksDB does not take nothing.
            return List.of();
        }
        List<ColumnFamilyHandle> families = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            families.add(handle(family));
        }
        try {
            return rocks.multiGetAsList(families, keys);
        } catch (RocksDBException e) {
            throw trouble("cannot read " + folder, e);
        }
    }

    /** Sees the entries of a {@link #scan}. */
    @FunctionalInterface
    public interface Visitor {
        /** One entry; keys come in ascending order. */
        void visit(byte[] key, byte[] value);
    }

    /** Sees the entries of a {@link #scanWhile}. */
    @FunctionalInterface
    public interface Taker {
        /** One entry; says whether the next is wanted. */
        boolean take(byte[] key, byte[] value);
    }

    /** Visits all entries from {@code from} to just before {@code to}, as of this moment. */
    public void scan(Family family, byte[] from, byte[] to, Visitor visitor) {
        scanWhile(
                family,
                from,
                to,
                (key, value) -> {
                    visitor.visit(key, value);
                    return true;
                });
    }

    /** As {@link #scan}, until no more are wanted. */
    public void scanWhile(Family family, byte[] from, byte[] to, Taker taker) {
        if (!handles.containsKey(family)) {
            return;
        }
        try (Slice bound = new Slice(to);
                ReadOptions range =
                        new ReadOptions().setIterateUpperBound(bound).setTotalOrderSeek(true);
                RocksIterator iterator = rocks.newIterator(handle(family), range)) {
            iterator.seek(from);
            while (iterator.isValid() && taker.take(iterator.key(), iterator.value())) {
                iterator.next();
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw trouble("cannot read " + folder, e);
        }
    }

    /** Starts a batch of changes. */
    public RowBatch batch() {
        return new RowBatch(this);
    }

    /** Applies a batch; it would survive a power cut when this returns. */
    public void write(RowBatch batch) {
        write(batch, durable);
    }

    /**
     * Applies a batch that a later {@link #write} makes durable: the log keeps the order, so what
     * survives is always a beginning of what was written.
     */
    public void writeRelaxed(RowBatch batch) {
        write(batch, relaxed);
    }

    /** Makes all that was written durable. */
    public void sync() {
        try {
            rocks.syncWal();
        } catch (RocksDBException e) {
            throw trouble("cannot sync " + folder, e);
        }
    }

    private void write(RowBatch batch, WriteOptions how) {
        if (readOnly) {
            throw new AssertionError("write to rows opened for reading");
        }
        try {
            rocks.write(how, batch.batch);
        } catch (RocksDBException e) {
            throw trouble("cannot write to " + folder, e);
        }
    }

    /** Moves what is in memory to files, and squeezes those of a collection together. */
    public void compact(int collection, List<Family> families) {
        flush();
        try {
            for (Family family : families) {
                rocks.compactRange(
                        handle(family),
                        RowKey.prefix(collection),
                        RowKey.end(collection),
                        compaction);
            }
        } catch (RocksDBException e) {
            throw trouble("cannot compact " + folder, e);
        }
    }

    /** Moves what is in memory to files, so that a {@link #checkpoint} finds little there. */
    public void flush() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            rocks.flush(wait, List.copyOf(handles.values()));
        } catch (RocksDBException e) {
            throw trouble("cannot flush " + folder, e);
        }
    }

    /**
     * Makes another store of what is here now, which shares the files that never change; durable
     * when it returns.
     *
     * @param other its folder, which does not exist yet
     */
    public void checkpoint(Path other) {
        try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
            Files.createDirectories(other.toAbsolutePath().getParent());
            checkpoint.createCheckpoint(other.toString());
        } catch (RocksDBException e) {
            throw trouble("cannot copy the rows to " + other, e);
        } catch (IOException e) {
            throw new UnavailableException("cannot use " + other + ": " + e.getMessage(), e);
        }
        new CleanMark(other).write();
    }

    /**
     * Reads every byte of the files.
     *
     * @throws CorruptException where one is not what was written
     */
    public void verify() {
        try {
            rocks.verifyChecksum();
        } catch (RocksDBException e) {
            throw trouble("cannot read " + folder, e);
        }
    }

    /** Has {@link #compact} end at once, also later ones, with nothing lost: the store closes. */
    public void endCompactions() {
        compaction.setCanceled(true);
    }

    /** Gives back the files that hold nothing but rows of this collection, which are removed. */
    public void reclaim(int collection) {
        List<byte[]> range = List.of(RowKey.prefix(collection), RowKey.end(collection));
        try {
            for (Family family : OF_COLLECTIONS) {
                rocks.deleteFilesInRanges(handle(family), range, false);
            }
        } catch (RocksDBException e) {
            throw trouble("cannot reclaim space in " + folder, e);
        }
    }

    /** About how many bytes of files and memory the rows of a collection take in one family. */
    public long bytes(Family family, int collection) {
        // From row 1: what stands under row 0 is no row.
        byte[] first = family == Family.IDS ? RowKey.prefix(collection) : RowKey.row(collection, 1);
        try (Slice from = new Slice(first);
                Slice to = new Slice(RowKey.end(collection))) {
            long[] sizes =
                    rocks.getApproximateSizes(
                            handle(family),
                            List.of(new Range(from, to)),
                            SizeApproximationFlag.INCLUDE_FILES,
                            SizeApproximationFlag.INCLUDE_MEMTABLES);
            return sizes[0];
        }
    }

    /**
     * What the store holds in memory, in bytes.
     *
     * @param cache blocks of files
     * @param buffers what is not in files yet
     * @param tables what is known of files, outside of the cache
     */
    public record Memory(long cache, long buffers, long tables) {}

    /** What is in memory now. */
    public Memory memory() {
        try {
            long buffered = 0;
            long tables = 0;
            for (ColumnFamilyHandle handle : handles.values()) {
                buffered += rocks.getLongProperty(handle, "rocksdb.cur-size-all-mem-tables");
                tables += rocks.getLongProperty(handle, "rocksdb.estimate-table-readers-mem");
            }
            // The cache counts the buffers, too, in steps.
            return new Memory(Math.max(0, cache.getUsage() - buffered), buffered, tables);
        } catch (RocksDBException e) {
            throw trouble("cannot read " + folder, e);
        }
    }

    ColumnFamilyHandle handle(Family family) {
        ColumnFamilyHandle handle = handles.get(family);
        if (handle == null) {
            throw new AssertionError("no column family " + family);
        }
        return handle;
    }

    /** Says in the product's terms what RocksDB answered. */
    static EngramException trouble(String doing, RocksDBException e) {
        String text = String.valueOf(e.getMessage());
        Status status = e.getStatus();
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return new CorruptException("rows", doing + ": " + text, e);
        }
        if (text.contains("Column families not opened")) {
            return new UnavailableException(
                    doing + ": a newer engram wrote it, and only that can open it", e);
        }
        if ((status != null && status.getSubCode() == Status.SubCode.NoSpace)
                || text.toLowerCase(Locale.ROOT).contains("no space left")) {
            return new LimitExceededException(
                    doing + ": disk full; free some space and try again", e);
        }
        return new UnavailableException(doing + ": " + text, e);
    }

    /**
     * Moves what is in memory to files, so that nothing depends on the log, then frees everything.
     */
    @Override
    public void close() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            if (!readOnly) {
                rocks.flush(wait, List.copyOf(handles.values()));
            }
        } catch (RocksDBException e) {
            throw trouble("closed, but with its last writes in the log only: " + folder, e);
        } finally {
            handles.values().forEach(ColumnFamilyHandle::close);
            rocks.close();
            durable.close();
            relaxed.close();
            compaction.close();
            familyOptions.close();
            options.close();
            buffers.close();
            cache.close();
        }
        if (!readOnly) {
            new CleanMark(folder).write();
        }
    }
}
