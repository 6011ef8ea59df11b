package dev.engram.index.graph;

import dev.engram.index.SearchCost;

/**
 * How much a search has compared.
 *
 * @param exact distances to full vectors
 * @param coded distances to the 8-bit codes of single vectors
 * @param estimated distances estimated from the packed codes of neighbours
 */
record Tally(long exact, long coded, long estimated) {

    /** Tells what came since an earlier moment. Where codes chose, exact ones were the rerank. */
    void addTo(SearchCost cost, Tally before) {
        long byCodes = coded - before.coded + estimated - before.estimated;
        long byVectors = exact - before.exact;
        if (byCodes == 0) {
            cost.addDistances(byVectors);
        } else {
            cost.addDistances(byCodes);
            cost.addReranked(byVectors);
        }
    }
}
