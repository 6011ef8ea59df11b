package dev.engram.index.codes;

import static dev.engram.index.codes.CodeLanes.FLOATS;
import static dev.engram.index.codes.CodeLanes.LENGTH;

import jdk.incubator.vector.FloatVector;

/** Compares with columns, four registers of them at a time. Scalar twin: {@link ScalarColumns}. */
final class SimdColumns implements ColumnKernel {

    @Override
    public void squares(float[] columns, float[] vector, float[] out) {
        for (int c = 0; c < Columns.WIDTH; c += 4 * LENGTH) {
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            int at = c;
            for (int i = 0; i < vector.length; i++, at += Columns.WIDTH) {
                FloatVector component = FloatVector.broadcast(FLOATS, vector[i]);
                FloatVector d0 = FloatVector.fromArray(FLOATS, columns, at).sub(component);
                FloatVector d1 = FloatVector.fromArray(FLOATS, columns, at + LENGTH).sub(component);
                FloatVector d2 =
                        FloatVector.fromArray(FLOATS, columns, at + 2 * LENGTH).sub(component);
                FloatVector d3 =
                        FloatVector.fromArray(FLOATS, columns, at + 3 * LENGTH).sub(component);
                s0 = s0.add(d0.mul(d0));
                s1 = s1.add(d1.mul(d1));
                s2 = s2.add(d2.mul(d2));
                s3 = s3.add(d3.mul(d3));
            }
            s0.intoArray(out, c);
            s1.intoArray(out, c + LENGTH);
            s2.intoArray(out, c + 2 * LENGTH);
            s3.intoArray(out, c + 3 * LENGTH);
        }
    }
}
