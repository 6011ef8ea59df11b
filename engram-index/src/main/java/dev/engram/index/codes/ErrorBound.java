package dev.engram.index.codes;

/** How far off a distance by codes may be. */
public sealed interface ErrorBound permits RowQuery, Sq8Query {

    /**
     * How much nearer to the query asked last than its codes say a vector may be, in all but at
     * most 3 cases in a hundred.
     *
     * @param ordinal the vector
     * @param distance by its codes
     * @return >= 0
     */
    float slack(int ordinal, float distance);
}
