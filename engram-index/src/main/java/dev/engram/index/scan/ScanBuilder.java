package dev.engram.index.scan;

import dev.engram.index.IndexSpec;
import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.Workers;
import dev.engram.index.codes.Assigner;
import dev.engram.index.codes.Clusters;
import dev.engram.index.codes.CodeBlock;
import dev.engram.index.codes.CodeEncoder;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Keys;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Codes vectors that pass by once, after it learnt from a sample of them. What it makes does not
 * depend on the number of threads.
 */
public final class ScanBuilder implements AutoCloseable {

    /** Vectors that pass at a time. */
    public static final int BATCH = CodeMemory.CHUNK_BLOCKS * CodeBlock.LANES;

    private final Arena arena = Arena.ofShared();
    private final Instructions instructions = Instructions.best();
    private final Metric metric;
    private final Crew crew;
    private final ScanModel model;
    private final Clusters clusters;
    private final Trial trial;
    private final CodeMemory codes;
    private final ConcurrentLinkedQueue<Hand> idle = new ConcurrentLinkedQueue<>();

    /**
     * @param sample of the vectors, at most {@link #sampleMax} of them
     * @param ordinals that the vectors of the sample will have
     * @param count of the vectors that will pass, as far as it is known
     */
    public ScanBuilder(
            IndexSpec.Scan spec,
            Vectors sample,
            int[] ordinals,
            int count,
            Metric metric,
            Workers workers) {
        spec.checkMetric(metric);
        this.metric = metric;
        this.crew = new Crew(workers);
        this.model = ScanModel.fit(spec, sample, count, workers, instructions, arena);
        this.clusters = new Clusters(model.lists(), new float[model.lists().count()]);
        this.trial = new Trial(sample, ordinals, spec.seed(), metric, instructions, crew);
        this.codes = new CodeMemory(arena, model.blockBytes());
    }

    /** How many vectors to learn from. */
    public static int sampleMax() {
        return ScanModel.SAMPLE_MAX;
    }

    /** How many vectors passed. */
    public int count() {
        return codes.count();
    }

    /**
     * Codes the next vectors.
     *
     * @param rows {@link #BATCH} vectors, or fewer at the end
     */
    public void add(Vectors rows) {
        int first = codes.count();
        if (first % BATCH != 0 || rows.count() > BATCH) {
            throw new AssertionError(rows.count() + " vectors behind " + first);
        }
        trial.pass(rows, first);
        codes.add(rows.count());
        int block = first / CodeBlock.LANES;
        crew.run(
                ScanLayout.blocks(rows.count()),
                i -> {
                    Hand hand = idle.poll();
                    if (hand == null) {
                        hand = new Hand();
                    }
                    hand.encode(rows, i * CodeBlock.LANES, block + i);
                    idle.add(hand);
                });
    }

    /** Writes what was made; returns the size of the file, which is durable then. */
    public long write(Storage storage, String name) {
        Calibration calibration = trial.ranked(model, codes);
        ScanFile.write(model, metric, calibration, codes, storage, name);
        return storage.size(name);
    }

    /** Frees the memory. */
    @Override
    public void close() {
        arena.close();
    }

    /** One for each thread that codes. */
    private final class Hand {

        private final Assigner assigner = new Assigner(clusters, 1, instructions);
        private final CodeEncoder encoder = new CodeEncoder(model.quantizer(), instructions);
        private final long[] keys = new long[Assigner.TILE];
        private final float[] residual = new float[model.dimension()];

        void encode(Vectors rows, int from, int block) {
            int count = Math.min(CodeBlock.LANES, rows.count() - from);
            assigner.assign(rows, from, count, keys);
            for (int place = 0; place < count; place++) {
                rows.copyRow(from + place, residual);
                int list = Keys.id(keys[place]);
                ScanModel.subtract(residual, model.lists(), list);
                float scale = encoder.code(residual);
                encoder.write(
                        codes.of(block), codes.offset(block), place, model.scales(), scale, list);
            }
        }
    }
}
