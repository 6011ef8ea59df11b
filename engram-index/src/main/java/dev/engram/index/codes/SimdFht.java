package dev.engram.index.codes;

import static dev.engram.index.codes.CodeLanes.FLOATS;
import static dev.engram.index.codes.CodeLanes.LENGTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * The transform by whole registers; the pairs within a register are exchanged by a shuffle. Scalar
 * twin: {@link ScalarFht}.
 */
final class SimdFht implements Fht {

    private static final VectorShuffle<Float> BY_1 = exchange(1);
    private static final VectorShuffle<Float> BY_2 = exchange(2);
    private static final VectorShuffle<Float> BY_4 = exchange(4);
    private static final VectorShuffle<Float> BY_8 = exchange(Math.min(8, LENGTH / 2));
    private static final FloatVector SIGNS_1 = signs(1);
    private static final FloatVector SIGNS_2 = signs(2);
    private static final FloatVector SIGNS_4 = signs(4);
    private static final FloatVector SIGNS_8 = signs(8);

    /** With registers of 256 bits the pairs that are 8 apart stand in two of them. */
    private static final boolean WIDE = LENGTH > 8;

    private static VectorShuffle<Float> exchange(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> lane ^ distance);
    }

    /** The second of a pair becomes first - second. */
    private static FloatVector signs(int distance) {
        float[] signs = new float[LENGTH];
        for (int lane = 0; lane < LENGTH; lane++) {
            signs[lane] = (lane & distance) == 0 ? 1 : -1;
        }
        return FloatVector.fromArray(FLOATS, signs, 0);
    }

    @Override
    public void round(float[] values, float[] signs, int from, int first, int length) {
        for (int i = 0; i < values.length; i += LENGTH) {
            FloatVector v = FloatVector.fromArray(FLOATS, values, i);
            v.mul(FloatVector.fromArray(FLOATS, signs, from + i)).intoArray(values, i);
        }
        within(values, first, length);
        int half = LENGTH;
        for (; half < length; half *= 2) {
            across(values, first, length, half);
        }
        float scale = Fht.scale(length);
        for (int i = first; i < first + length; i += LENGTH) {
            FloatVector.fromArray(FLOATS, values, i).mul(scale).intoArray(values, i);
        }
    }

    private static void within(float[] values, int first, int length) {
        for (int i = first; i < first + length; i += LENGTH) {
            FloatVector v = FloatVector.fromArray(FLOATS, values, i);
            v = v.fma(SIGNS_1, v.rearrange(BY_1));
            v = v.fma(SIGNS_2, v.rearrange(BY_2));
            v = v.fma(SIGNS_4, v.rearrange(BY_4));
            if (WIDE) {
                v = v.fma(SIGNS_8, v.rearrange(BY_8));
            }
            v.intoArray(values, i);
        }
    }

    private static void across(float[] values, int first, int length, int half) {
        for (int pair = first; pair < first + length; pair += 2 * half) {
            for (int i = pair; i < pair + half; i += LENGTH) {
                FloatVector a = FloatVector.fromArray(FLOATS, values, i);
                FloatVector b = FloatVector.fromArray(FLOATS, values, i + half);
                a.add(b).intoArray(values, i);
                a.sub(b).intoArray(values, i + half);
            }
        }
    }
}
