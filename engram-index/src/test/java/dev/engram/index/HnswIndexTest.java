package dev.engram.index;

final class HnswIndexTest extends GraphContract {

    @Override
    Codes codes() {
        return Codes.NONE;
    }
}
