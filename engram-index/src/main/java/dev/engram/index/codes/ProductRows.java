package dev.engram.index.codes;

import dev.engram.index.Metric;
import dev.engram.index.Rotation;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Vectors with 8 bits for four components, learnt from the vectors: the codes of a {@link
 * ProductQuantizer} for what they are apart from their mean. Under all metrics but {@link
 * Metric#MANHATTAN} distances are estimated by {@link RowFactors}; its deviation is what random
 * directions would give, and how far the codes' errors are from random is measured on pairs of
 * vectors.
 *
 * <pre>
 *   a row, {@link #rowBytes} bytes, a multiple of 4
 *      0       a code of 8 bits for each part
 *      ..      zero, up to a multiple of 4
 *      ..      {@link RowFactors}; under manhattan 0, 1, and the length of the coding error
 *   the model
 *      0       f32  spread: measured errors by what the rows say, root mean square
 *      4       u32  zero
 *      8       dimension x f32  mean
 *      ..      the quantiser
 * </pre>
 */
public final class ProductRows implements RowCodes {

    /** Components of a part: 2 bits a component. */
    private static final int WIDTH = 4;

    private static final int SAMPLES_MAX = 20_000;
    private static final long SAMPLED_COMPONENTS_MAX = 8_000_000;

    /** Vectors whose distances from each other tell how far codes err. */
    private static final int JUDGES = 128;

    private static final int ROW_ALIGNMENT = 4;
    private static final int MEAN_OFFSET = 8;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Metric metric;
    private final float spread;
    private final float[] mean;
    private final ProductQuantizer quantizer;

    private ProductRows(Metric metric, float spread, float[] mean, ProductQuantizer quantizer) {
        this.metric = metric;
        this.spread = spread;
        this.mean = mean;
        this.quantizer = quantizer;
    }

    /**
     * Learns the codes for these vectors; fewer than a part has codes will do.
     *
     * @param seed of all that is drawn by chance
     */
    public static ProductRows train(Vectors vectors, Metric metric, long seed, Workers workers) {
        int dimension = vectors.dimension();
        float[] mean = RowCodes.mean(vectors);
        long most = Math.min(SAMPLES_MAX, SAMPLED_COMPONENTS_MAX / dimension);
        int[] chosen = choose(vectors.count(), (int) most, seed);
        float[][] samples = new float[chosen.length][];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = vectors.row(chosen[i]);
            for (int j = 0; j < dimension; j++) {
                samples[i][j] -= mean[j];
            }
        }
        ProductQuantizer.Shape shape =
                new ProductQuantizer.Shape(
                        dimension, Math.ceilDiv(dimension, WIDTH), Byte.SIZE, Rotation.NONE, seed);
        ProductQuantizer quantizer =
                ProductQuantizer.train(shape, samples, workers, Instructions.best());
        ProductRows codes = new ProductRows(metric, 1, mean, quantizer);
        return new ProductRows(metric, codes.spread(vectors, chosen), mean, quantizer);
    }

    /** So many different ordinals, drawn by chance; all where there are no more. */
    private static int[] choose(int count, int most, long seed) {
        int[] ordinals = new int[count];
        for (int i = 0; i < count; i++) {
            ordinals[i] = i;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] chosen = new int[Math.min(count, most)];
        for (int i = 0; i < chosen.length; i++) {
            int other = random.nextInt(i, count);
            chosen[i] = ordinals[other];
            ordinals[other] = ordinals[i];
        }
        return chosen;
    }

    /** Compares estimates with distances. */
    private float spread(Vectors vectors, int[] chosen) {
        int count = Math.min(JUDGES, chosen.length);
        Kernel kernel = Kernel.of(metric);
        int[] ids = new int[count];
        float[] exact = new float[count];
        float[] estimated = new float[count];
        double squares = 0;
        long cases = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rows = arena.allocate(bytes(count), Long.BYTES);
            Encoder encoder = encoder();
            for (int i = 0; i < count; i++) {
                ids[i] = i;
                encoder.encode(vectors.row(chosen[i]), rows, (long) i * rowBytes());
            }
            ProductRowQuery query = new ProductRowQuery(this, Instructions.best(), rows);
            for (int asked = 0; asked < count; asked++) {
                float[] vector = vectors.row(chosen[asked]);
                query.set(vector);
                query.distances(ids, count, estimated);
                kernel.distances(vector, vectors.rows(), vectors.dimension(), chosen, count, exact);
                for (int i = 0; i < count; i++) {
                    double said = query.deviation(i);
                    if (i != asked && said > 0) {
                        double share = (estimated[i] - exact[i]) / said;
                        squares += share * share;
                        cases++;
                    }
                }
            }
        }
        return cases == 0 ? 1 : (float) Math.sqrt(squares / cases);
    }

    /** Whether bytes are a model for vectors of a dimension. */
    public static boolean isSane(MemorySegment model, int dimension) {
        long start = MEAN_OFFSET + (long) dimension * Float.BYTES;
        if (model.byteSize() < start || !ProductQuantizer.isSane(model.asSlice(start), dimension)) {
            return false;
        }
        float spread = model.get(FLOAT, 0);
        boolean sane = spread >= 0 && Float.isFinite(spread);
        for (long at = MEAN_OFFSET; at < start; at += Float.BYTES) {
            sane &= Float.isFinite(model.get(FLOAT, at));
        }
        ProductQuantizer.Shape shape = ProductQuantizer.read(model.asSlice(start)).shape();
        return sane && shape.bits() == Byte.SIZE && shape.rotation() == Rotation.NONE;
    }

    /** Reads what {@link #writeModel} wrote and {@link #isSane} found good. */
    public static ProductRows read(MemorySegment model, Metric metric, int dimension) {
        float[] mean = new float[dimension];
        MemorySegment.copy(model, FLOAT, MEAN_OFFSET, mean, 0, dimension);
        MemorySegment quantizer = model.asSlice(MEAN_OFFSET + (long) dimension * Float.BYTES);
        return new ProductRows(metric, model.get(FLOAT, 0), mean, ProductQuantizer.read(quantizer));
    }

    @Override
    public void writeModel(MemorySegment model) {
        model.set(FLOAT, 0, spread);
        model.set(FLOAT, Float.BYTES, 0);
        MemorySegment.copy(mean, 0, model, FLOAT, MEAN_OFFSET, mean.length);
        quantizer.write(model.asSlice(MEAN_OFFSET + (long) mean.length * Float.BYTES));
    }

    @Override
    public long modelBytes() {
        return MEAN_OFFSET + (long) mean.length * Float.BYTES + quantizer.shape().bytes();
    }

    @Override
    public int rowBytes() {
        return factorsOffset() + RowFactors.BYTES;
    }

    @Override
    public long bytes(int rows) {
        return (long) rows * rowBytes();
    }

    @Override
    public Encoder encoder() {
        return new ProductRowEncoder(this);
    }

    @Override
    public RowQuery query(Metric asked, Instructions instructions, MemorySegment rows) {
        if (asked != metric) {
            throw new AssertionError(asked + " of codes for " + metric);
        }
        return new ProductRowQuery(this, instructions, rows);
    }

    /** Where the factors start in a row. */
    int factorsOffset() {
        return Math.ceilDiv(quantizer.shape().rowBytes(), ROW_ALIGNMENT) * ROW_ALIGNMENT;
    }

    Metric metric() {
        return metric;
    }

    float spread() {
        return spread;
    }

    float[] mean() {
        return mean;
    }

    ProductQuantizer quantizer() {
        return quantizer;
    }
}
