package dev.engram.index;

final class ProductRowsIndexTest extends GraphContract {

    @Override
    Codes codes() {
        return Codes.PQ;
    }

    /** Two bits a component here, so that more goes wrong than by 8. */
    @Override
    double recallMin() {
        return 0.85;
    }
}
