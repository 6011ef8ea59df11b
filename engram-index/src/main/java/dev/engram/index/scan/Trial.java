package dev.engram.index.scan;

import dev.engram.index.Metric;
import dev.engram.index.Vectors;
import dev.engram.index.codes.CodeBlock;
import dev.engram.index.codes.CodeScan;
import dev.engram.index.codes.CodeTables;
import dev.engram.index.kernel.Crew;
import dev.engram.index.kernel.Instructions;
import dev.engram.index.kernel.Kernel;
import dev.engram.index.kernel.Keys;
import dev.engram.index.kernel.Nearest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Finds out how well the codes of some vectors rank: the {@link Calibration} of a segment.
 *
 * <p>Asked are questions made of the vectors themselves: one, and 0.4 of another, and neither of
 * the two may be answered. A vector alone lies nearer to its neighbours than real questions do, and
 * promises a third less vectors to score than these need; with 0.4 of another the numbers are those
 * of real questions, or up to a tenth more (60,000 sentences of a real model, codes of 16, 24 and
 * 32 bytes).
 *
 * <p>The true answers are found while the vectors pass by, as they may be kept nowhere.
 */
final class Trial {

    private static final int QUESTIONS = 200;
    private static final float OTHER_SHARE = 0.4f;
    private static final int ANSWERS_MAX = Calibration.ANSWERS[Calibration.ANSWERS.length - 1];

    private final Metric metric;
    private final Instructions instructions;
    private final Kernel kernel;
    private final Crew crew;
    private final float[][] questions;

    /** The ordinals that each question was made of. */
    private final int[] first;

    private final int[] second;
    private final Nearest[] truths;

    /**
     * @param sample of the vectors
     * @param ordinals of the sample among all vectors
     */
    Trial(
            Vectors sample,
            int[] ordinals,
            long seed,
            Metric metric,
            Instructions instructions,
            Crew crew) {
        this.metric = metric;
        this.instructions = instructions;
        this.kernel = Kernel.of(metric, instructions);
        this.crew = crew;
        int count = sample.count() < 2 ? 0 : QUESTIONS;
        this.questions = new float[count][];
        this.first = new int[count];
        this.second = new int[count];
        this.truths = new Nearest[count];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            int one = random.nextInt(sample.count());
            int other = random.nextInt(sample.count());
            questions[i] = mixed(sample.row(one), sample.row(other));
            first[i] = ordinals[one];
            second[i] = ordinals[other];
            truths[i] = new Nearest();
            truths[i].reset(ANSWERS_MAX);
        }
    }

    private float[] mixed(float[] one, float[] other) {
        float[] mixed = new float[one.length];
        double squares = 0;
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = one[i] + OTHER_SHARE * other[i];
            squares += (double) mixed[i] * mixed[i];
        }
        if (metric == Metric.COSINE && squares > 0) {
            float scale = (float) (1 / Math.sqrt(squares));
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] *= scale;
            }
        }
        return mixed;
    }

    /** Takes vectors into account, before they are forgotten. */
    void pass(Vectors rows, int firstOrdinal) {
        crew.run(questions.length, question -> pass(question, rows, firstOrdinal));
    }

    private void pass(int question, Vectors rows, int firstOrdinal) {
        float[] distances = new float[Kernel.BLOCK];
        for (int from = 0; from < rows.count(); from += Kernel.BLOCK) {
            int count = Math.min(Kernel.BLOCK, rows.count() - from);
            MemorySegment bytes = rows.rows(from, count);
            kernel.scan(questions[question], bytes, rows.dimension(), from, count, distances);
            for (int i = 0; i < count; i++) {
                int ordinal = firstOrdinal + from + i;
                if (ordinal != first[question] && ordinal != second[question]) {
                    truths[question].offer(Keys.of(distances[i], ordinal));
                }
            }
        }
    }

    /**
     * Ranks the true answers by the codes.
     *
     * @param codes of all vectors
     */
    Calibration ranked(ScanModel model, CodeMemory codes) {
        int[][] ranks = new int[questions.length][];
        crew.run(questions.length, question -> ranks[question] = ranks(question, model, codes));
        List<Calibration.Setting> settings = new ArrayList<>();
        for (int answers : Calibration.ANSWERS) {
            int[] all =
                    Arrays.stream(ranks)
                            .flatMapToInt(some -> Arrays.stream(some).limit(answers))
                            .sorted()
                            .toArray();
            for (int thousandths : Calibration.THOUSANDTHS) {
                int scored = Math.min(codes.count(), answers);
                if (all.length > 0) {
                    int found = Math.ceilDiv(all.length * thousandths, 1000);
                    scored = Math.max(scored, all[Math.max(0, found - 1)]);
                }
                settings.add(new Calibration.Setting(answers, thousandths, scored));
            }
        }
        return new Calibration(settings);
    }

    /** The places of a question's true answers, nearest first, in the order of the estimates. */
    private int[] ranks(int question, ScanModel model, CodeMemory codes) {
        int answers = truths[question].size();
        long[] truth = Arrays.copyOf(truths[question].sorted(), answers);
        CodeTables tables = model.tables(metric, instructions);
        tables.set(questions[question]);
        CodeScan scan = CodeScan.of(instructions);
        float[] estimates = new float[2 * CodeBlock.LANES];
        long[] keys = new long[answers];
        long last = Long.MIN_VALUE;
        for (int i = 0; i < answers; i++) {
            int ordinal = Keys.id(truth[i]);
            int block = ordinal / CodeBlock.LANES;
            long at = codes.offset(block);
            scan.scan(codes.of(block), at, at, tables, Float.POSITIVE_INFINITY, estimates);
            keys[i] = Keys.of(estimates[ordinal % CodeBlock.LANES], ordinal);
            last = Math.max(last, keys[i]);
        }
        int[] ranks = new int[answers];
        Arrays.fill(ranks, 1);
        if (answers > 0) {
            count(question, codes, scan, tables, estimates, keys, last, ranks);
        }
        return ranks;
    }

    /** Counts for every key those before it. */
    private void count(
            int question,
            CodeMemory codes,
            CodeScan scan,
            CodeTables tables,
            float[] estimates,
            long[] keys,
            long last,
            int[] ranks) {
        float worst = Math.nextUp(Keys.distance(last));
        int blocks = ScanLayout.blocks(codes.count());
        for (int block = 0; block < blocks; block++) {
            long at = codes.offset(block);
            long near = scan.scan(codes.of(block), at, at, tables, worst, estimates) & 0xffff_ffffL;
            while (near != 0) {
                int place = Long.numberOfTrailingZeros(near);
                near &= near - 1;
                int ordinal = block * CodeBlock.LANES + place;
                long key = Keys.of(estimates[place], ordinal);
                boolean counts = ordinal != first[question] && ordinal != second[question];
                for (int i = 0; i < keys.length && counts && ordinal < codes.count(); i++) {
                    ranks[i] += key < keys[i] ? 1 : 0;
                }
            }
        }
    }
}
