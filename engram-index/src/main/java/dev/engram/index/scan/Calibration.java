package dev.engram.index.scan;

import java.util.List;

/**
 * How many vectors a search has to score exactly for a wanted recall, as it was measured when the
 * codes were made: see {@link Trial}.
 *
 * @param settings by answers and then by recall, both ascending; all answers with the same recalls
 */
record Calibration(List<Setting> settings) {

    /** The numbers of answers that are measured. */
    static final int[] ANSWERS = {1, 3, 10};

    /** The recalls that are measured, in thousandths; for the last, the worst case there was. */
    static final int[] THOUSANDTHS = {700, 800, 850, 900, 950, 980, 990, 1000};

    /**
     * One that was measured.
     *
     * @param answers asked for
     * @param thousandths of the true ones that were found
     * @param scored exactly
     */
    record Setting(int answers, int thousandths, int scored) {}

    Calibration {
        settings = List.copyOf(settings);
    }

    /** Whether these are settings that can be used for {@code count} vectors. */
    boolean isSane(int count) {
        if (settings.size() != ANSWERS.length * THOUSANDTHS.length) {
            return false;
        }
        boolean sane = true;
        for (int i = 0; i < settings.size(); i++) {
            Setting setting = settings.get(i);
            sane &= setting.answers() == ANSWERS[i / THOUSANDTHS.length];
            sane &= setting.thousandths() == THOUSANDTHS[i % THOUSANDTHS.length];
            sane &= setting.scored() >= 0 && setting.scored() <= count;
        }
        return sane;
    }

    /**
     * How many to score.
     *
     * @param answers wanted; between measured numbers the result lies between theirs, and beyond
     *     the last it grows in proportion
     * @param recall 0..1; one that was not measured is raised to the next that was
     */
    int scored(int answers, double recall) {
        int column = 0;
        while (column < THOUSANDTHS.length - 1 && THOUSANDTHS[column] < Math.round(recall * 1000)) {
            column++;
        }
        int row = 0;
        while (row < ANSWERS.length - 1 && ANSWERS[row] < answers) {
            row++;
        }
        double here = at(row, column);
        double scored;
        if (answers >= ANSWERS[row]) {
            scored = here * answers / ANSWERS[row];
        } else {
            double before = at(row - 1, column);
            double share =
                    (double) (answers - ANSWERS[row - 1]) / (ANSWERS[row] - ANSWERS[row - 1]);
            scored = before + (here - before) * share;
        }
        return (int) Math.min(Integer.MAX_VALUE, Math.ceil(scored));
    }

    private int at(int row, int column) {
        return settings.get(row * THOUSANDTHS.length + column).scored();
    }
}
