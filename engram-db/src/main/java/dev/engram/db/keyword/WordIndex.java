package dev.engram.db.keyword;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogByteSizeMergePolicy;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.NoLockFactory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * The words of the rows of one collection, in Lucene. Rows come in ascending order and never
 * change; which of them somebody sees is asked with each search.
 *
 * <p>One thread adds and removes, any number search meanwhile.
 */
public final class WordIndex implements AutoCloseable {

    static final String TEXT = "text";
    static final String ROW = "row";

    private static final String KEY_THROUGH = "through";
    private static final String KEY_STAMP = "stamp";
    private static final String KEY_ANALYZER = "analyzer";
    private static final double BUFFER_MB = 32;

    /**
     * Held here, as the log manager forgets loggers that nobody holds. It tells every program
     * without the SIMD module that there is such a thing, which is of no use for words.
     */
    private static final Logger ADVICE =
            Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

    static {
        if (ADVICE.getLevel() == null) {
            ADVICE.setLevel(Level.SEVERE);
        }
    }

    private final WordAnalyzer analyzer = new WordAnalyzer();
    private final Directory directory;
    private final @Nullable DirectoryReader base;
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private volatile Mark mark;

    /**
     * How far an index goes.
     *
     * @param row the last that was added or passed over; 0 for none
     * @param stamp when that row was committed: tells it from another that got its number after a
     *     power cut
     */
    public record Mark(long row, long stamp) {

        /** Of an index of nothing. */
        public static final Mark START = new Mark(0, 0);
    }

    /**
     * A row that matches.
     *
     * @param row its number
     * @param score by BM25, above 0
     */
    public record Scored(long row, float score) {}

    private WordIndex(Directory directory, @Nullable DirectoryReader base) throws IOException {
        this.directory = directory;
        this.base = base;
        this.writer = new IndexWriter(directory, config(analyzer));
        Map<String, String> stored =
                base == null ? live(writer) : base.getIndexCommit().getUserData();
        boolean usable = WordAnalyzer.VERSION.equals(stored.get(KEY_ANALYZER));
        this.mark = usable ? mark(stored) : Mark.START;
        if (!usable && base == null) {
            writer.deleteAll();
        }
        this.searchers = new SearcherManager(writer, null);
    }

    private static IndexWriterConfig config(WordAnalyzer analyzer) {
        // Only neighbours are merged, so documents stay in the order of their rows.
        return new IndexWriterConfig(analyzer)
                .setRAMBufferSizeMB(BUFFER_MB)
                .setMergePolicy(new LogByteSizeMergePolicy())
                .setMergeScheduler(new SerialMergeScheduler())
                .setCommitOnClose(false);
    }

    private static Map<String, String> live(IndexWriter writer) {
        Map<String, String> data = new TreeMap<>();
        Iterable<Map.Entry<String, String>> stored = writer.getLiveCommitData();
        if (stored != null) {
            stored.forEach(entry -> data.put(entry.getKey(), entry.getValue()));
        }
        return data;
    }

    private static Mark mark(Map<String, String> stored) {
        return new Mark(
                Long.parseLong(stored.getOrDefault(KEY_THROUGH, "0")),
                Long.parseLong(stored.getOrDefault(KEY_STAMP, "0")));
    }

    /** Opens or makes the index in a folder that nobody else has open. */
    public static WordIndex open(Path folder) throws IOException {
        Directory directory = FSDirectory.open(folder, NoLockFactory.INSTANCE);
        return opened(directory, null);
    }

    /**
     * Opens the index in a folder that others may read, too, or one of nothing where there is none;
     * what is added is in memory only.
     */
    public static WordIndex openReadOnly(Path folder) throws IOException {
        Directory memory = new ByteBuffersDirectory();
        try (Directory directory = FSDirectory.open(folder, NoLockFactory.INSTANCE)) {
            boolean there = DirectoryReader.indexExists(directory);
            // The reader keeps the files open, the directory is only a way to them.
            return opened(memory, there ? usable(directory) : null);
        }
    }

    /** An index of nothing, in memory only. */
    static WordIndex inMemory() throws IOException {
        return opened(new ByteBuffersDirectory(), null);
    }

    private static @Nullable DirectoryReader usable(Directory directory) throws IOException {
        DirectoryReader reader = DirectoryReader.open(directory);
        String version = reader.getIndexCommit().getUserData().get(KEY_ANALYZER);
        if (WordAnalyzer.VERSION.equals(version)) {
            return reader;
        }
        reader.close();
        return null;
    }

    private static WordIndex opened(Directory directory, @Nullable DirectoryReader base)
            throws IOException {
        boolean opened = false;
        try {
            WordIndex index = new WordIndex(directory, base);
            opened = true;
            return index;
        } finally {
            if (!opened) {
                directory.close();
                if (base != null) {
                    base.close();
                }
            }
        }
    }

    /** How far it goes. */
    public Mark mark() {
        return mark;
    }

    /** Adds a row behind all others; a search finds it after {@link #show}. */
    public void add(long row, String text) throws IOException {
        Document document = new Document();
        document.add(new TextField(TEXT, text, Field.Store.NO));
        document.add(new StringField(ROW, key(row), Field.Store.NO));
        document.add(new NumericDocValuesField(ROW, row));
        writer.addDocument(document);
    }

    private static BytesRef key(long row) {
        return new BytesRef(ByteBuffer.allocate(Long.BYTES).putLong(row).array());
    }

    /** Has searches find what was added, and says how far that goes. */
    public void show(Mark next) throws IOException {
        mark = next;
        searchers.maybeRefreshBlocking();
    }

    /** Forgets rows that nobody can see any more. */
    public void remove(Collection<Long> rows) throws IOException {
        for (long row : rows) {
            writer.deleteDocuments(new Term(ROW, key(row)));
        }
    }

    /** Forgets everything. */
    public void clear() throws IOException {
        if (base == null) {
            writer.deleteAll();
        }
        show(Mark.START);
    }

    /** How many rows it holds, those included that nobody sees any more. */
    public long count() {
        long stored = base == null ? 0 : base.numDocs();
        return stored + writer.getDocStats().numDocs;
    }

    /** Makes what was shown durable. */
    public void commit() throws IOException {
        Map<String, String> data =
                Map.of(
                        KEY_THROUGH, Long.toString(mark.row()),
                        KEY_STAMP, Long.toString(mark.stamp()),
                        KEY_ANALYZER, WordAnalyzer.VERSION);
        if (!data.equals(live(writer))) {
            writer.setLiveCommitData(data.entrySet());
            writer.commit();
        }
    }

    /**
     * The rows that match best, best first, ties by row.
     *
     * @param k how many at most
     * @param visible tells of a row whether it may be answered
     */
    public List<Scored> search(WordQuery query, Bm25 weights, int k, LongPredicate visible)
            throws IOException {
        IndexSearcher newest = searchers.acquire();
        try {
            IndexReader reader = newest.getIndexReader();
            if (base != null) {
                reader = new MultiReader(new IndexReader[] {base, reader}, false);
            }
            return search(reader, query, weights, k, visible);
        } finally {
            searchers.release(newest);
        }
    }

    private static List<Scored> search(
            IndexReader reader, WordQuery query, Bm25 weights, int k, LongPredicate visible)
            throws IOException {
        if (query.isEmpty() || reader.maxDoc() == 0) {
            return List.of();
        }
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(new BM25Similarity(weights.k1(), weights.b()));
        BooleanQuery seen =
                new BooleanQuery.Builder()
                        .add(query.query(), Occur.MUST)
                        .add(new VisibleRows(visible), Occur.FILTER)
                        .build();
        List<Scored> found = new ArrayList<>();
        for (ScoreDoc hit : searcher.search(seen, Math.min(k, reader.maxDoc())).scoreDocs) {
            found.add(new Scored(row(reader, hit.doc), hit.score));
        }
        found.sort(
                Comparator.comparingDouble(Scored::score)
                        .reversed()
                        .thenComparingLong(Scored::row));
        return found;
    }

    private static long row(IndexReader reader, int document) throws IOException {
        var leaf = reader.leaves().get(ReaderUtil.subIndex(document, reader.leaves()));
        NumericDocValues rows = leaf.reader().getNumericDocValues(ROW);
        if (rows == null || !rows.advanceExact(document - leaf.docBase)) {
            throw new AssertionError("document " + document + " has no row");
        }
        return rows.longValue();
    }

    /** Bytes of its files. */
    public long bytes() throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) {
            bytes += directory.fileLength(file);
        }
        return bytes;
    }

    /** Frees what it holds; what was not committed is added again by whoever opens it next. */
    @Override
    public void close() throws IOException {
        IOUtils.close(searchers, writer::rollback, base, analyzer, directory);
    }
}
