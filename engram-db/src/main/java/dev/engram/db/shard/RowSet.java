package dev.engram.db.shard;

import java.util.Arrays;

/** Row numbers, ascending. Immutable. */
public final class RowSet {

    private final long[] numbers;

    private RowSet(long[] numbers) {
        this.numbers = numbers;
    }

    /**
     * @param numbers ascending
     */
    public static RowSet of(long... numbers) {
        for (int i = 1; i < numbers.length; i++) {
            if (numbers[i - 1] >= numbers[i]) {
                throw new IllegalArgumentException(
                        "row %d: %d behind %d (expected: ascending)"
                                .formatted(i, numbers[i], numbers[i - 1]));
            }
        }
        return new RowSet(numbers.clone());
    }

    /** How many there are. */
    public int count() {
        return numbers.length;
    }

    /** The ordinals of those that are among the rows of a part. */
    int[] ordinals(RowNumbers rows) {
        if (rows.count() == 0) {
            return new int[0];
        }
        int from = place(rows.at(0));
        int to = place(rows.at(rows.count() - 1) + 1);
        int[] ordinals = new int[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            int ordinal = rows.find(numbers[i]);
            if (ordinal >= 0) {
                ordinals[count++] = ordinal;
            }
        }
        return Arrays.copyOf(ordinals, count);
    }

    /** Where a number is, or would be. */
    private int place(long number) {
        int found = Arrays.binarySearch(numbers, number);
        return found < 0 ? -found - 1 : found;
    }
}
