package dev.engram.bench;

import dev.engram.index.Metric;
import dev.engram.storage.DiskStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene at its best: one segment, searched by a collector alone, as wide as the beam, without the
 * layers of queries above.
 */
final class LucenePeer implements Peer {

    private static final String FIELD = "vector";
    private static final int BUFFER_MEGABYTES = 1900;

    private final Path folder = Files.createTempDirectory("engram-lucene");
    private final MMapDirectory directory = new MMapDirectory(folder);
    private final DirectoryReader reader;
    private final LeafReader segment;

    LucenePeer(float[][] base, Metric metric) throws IOException {
        IndexWriterConfig config =
                new IndexWriterConfig()
                        .setCodec(new Hnsw())
                        .setUseCompoundFile(false)
                        .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                        // Keeps the order of the rows where one buffer does not hold them.
                        .setMergePolicy(new LogDocMergePolicy());
        config.setRAMPerThreadHardLimitMB(BUFFER_MEGABYTES + 100);
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (float[] row : base) {
                Document document = new Document();
                document.add(new KnnFloatVectorField(FIELD, row, similarity(metric)));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        this.reader = DirectoryReader.open(directory);
        this.segment = reader.leaves().getFirst().reader();
    }

    /** The codec with this graph's settings. */
    private static final class Hnsw extends Lucene104Codec {

        @Override
        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return new Lucene99HnswVectorsFormat(DEGREE, BEAM_BUILD);
        }
    }

    private static VectorSimilarityFunction similarity(Metric metric) {
        return switch (metric) {
            case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
            case DOT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
            case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
            case MANHATTAN -> throw new IllegalArgumentException("metric: " + metric);
        };
    }

    @Override
    public int[] search(float[] query, int k, int beam) throws IOException {
        TopKnnCollector collector = new TopKnnCollector(Math.max(k, beam), Integer.MAX_VALUE);
        segment.searchNearestVectors(
                FIELD, query, collector, AcceptDocs.fromLiveDocs(null, segment.maxDoc()));
        ScoreDoc[] found = collector.topDocs().scoreDocs;
        int[] answers = new int[Math.min(k, found.length)];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = found[i].doc;
        }
        return answers;
    }

    @Override
    public long bytes() throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) {
            bytes += directory.fileLength(file);
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
        new DiskStorage(folder).deleteAll();
    }
}
