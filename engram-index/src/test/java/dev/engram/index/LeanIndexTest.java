package dev.engram.index;

final class LeanIndexTest extends GraphContract {

    @Override
    Codes codes() {
        return Codes.SQ8;
    }
}
