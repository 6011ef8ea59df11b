package dev.engram.bench;

import dev.engram.index.Metric;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** JVector with its graph and full vectors in memory. */
final class JvectorPeer implements Peer {

    private static final VectorTypeSupport TYPES =
            VectorizationProvider.getInstance().getVectorTypeSupport();
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;

    private final RandomAccessVectorValues vectors;
    private final VectorSimilarityFunction similarity;
    private final ImmutableGraphIndex graph;
    private final GraphSearcher searcher;

    JvectorPeer(float[][] base, Metric metric) throws IOException {
        List<VectorFloat<?>> rows = new ArrayList<>(base.length);
        for (float[] row : base) {
            rows.add(TYPES.createFloatVector(row));
        }
        this.vectors = new ListRandomAccessVectorValues(rows, base[0].length);
        this.similarity = similarity(metric);
        // Its degree is that of the base layer, 2M elsewhere.
        try (GraphIndexBuilder builder =
                GraphIndexBuilder.builder(
                                BuildScoreProvider.randomAccessScoreProvider(vectors, similarity),
                                base[0].length,
                                2 * DEGREE)
                        .withBeamWidth(BEAM_BUILD)
                        .withNeighborOverflow(OVERFLOW)
                        .withAlpha(ALPHA)
                        .build()) {
            for (int i = 0; i < base.length; i++) {
                builder.addGraphNode(i, rows.get(i));
            }
            builder.cleanup();
            this.graph = builder.getGraph();
        }
        this.searcher = new GraphSearcher(graph);
    }

    private static VectorSimilarityFunction similarity(Metric metric) {
        return switch (metric) {
            case COSINE, DOT -> VectorSimilarityFunction.DOT_PRODUCT;
            case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
            case MANHATTAN -> throw new IllegalArgumentException("metric: " + metric);
        };
    }

    @Override
    public int[] search(float[] query, int k, int beam) {
        SearchResult result =
                searcher.search(
                        DefaultSearchScoreProvider.exact(
                                TYPES.createFloatVector(query), similarity, vectors),
                        k,
                        Math.max(k, beam),
                        0,
                        0,
                        Bits.ALL);
        SearchResult.NodeScore[] found = result.getNodes();
        int[] answers = new int[found.length];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = found[i].node;
        }
        return answers;
    }

    @Override
    public long bytes() {
        return graph.ramBytesUsed() + (long) vectors.size() * vectors.dimension() * Float.BYTES;
    }

    @Override
    public void close() throws IOException {
        searcher.close();
        graph.close();
    }
}
