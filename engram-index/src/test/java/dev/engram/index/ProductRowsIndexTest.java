package dev.engram.index;

final class ProductRowsIndexTest extends GraphContract {

    @Override
    Codes codes() {
        return Codes.PQ;
    }
}
