package dev.engram.db.keyword;

import java.io.IOException;
import java.util.function.LongPredicate;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/** Accepts the documents of rows that a reader sees; asked only of those that the words match. */
final class VisibleRows extends Query {

    /** About how many simple steps it takes to ask of one row. */
    private static final float COST = 30;

    private final LongPredicate visible;

    VisibleRows(LongPredicate visible) {
        this.visible = visible;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
                TwoPhaseIterator rows = rows(context);
                return new DefaultScorerSupplier(new ConstantScoreScorer(score(), mode, rows));
            }

            @Override
            public boolean isCacheable(LeafReaderContext context) {
                // Each reader sees other rows.
                return false;
            }
        };
    }

    private TwoPhaseIterator rows(LeafReaderContext context) throws IOException {
        NumericDocValues rows = DocValues.getNumeric(context.reader(), WordIndex.ROW);
        return new TwoPhaseIterator(DocIdSetIterator.all(context.reader().maxDoc())) {
            @Override
            public boolean matches() throws IOException {
                return rows.advanceExact(approximation.docID()) && visible.test(rows.longValue());
            }

            @Override
            public float matchCost() {
                return COST;
            }
        };
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
        return "visible rows";
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
