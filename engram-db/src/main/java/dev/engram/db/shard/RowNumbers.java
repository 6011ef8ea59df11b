package dev.engram.db.shard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which row each ordinal of a part stands for: ascending, and most often without gaps, in which
 * case only the first is kept.
 */
final class RowNumbers {

    private final long first;
    private final int count;
    private final long @Nullable [] numbers;

    private RowNumbers(long first, int count, long @Nullable [] numbers) {
        this.first = first;
        this.count = count;
        this.numbers = numbers;
    }

    /** {@code first, first + 1, ...} */
    static RowNumbers contiguous(long first, int count) {
        return new RowNumbers(first, count, null);
    }

    /**
     * @param numbers ascending
     */
    static RowNumbers of(long[] numbers) {
        int count = numbers.length;
        boolean dense = count == 0 || numbers[count - 1] - numbers[0] == count - 1;
        long first = count == 0 ? 0 : numbers[0];
        return dense ? contiguous(first, count) : new RowNumbers(first, count, numbers.clone());
    }

    int count() {
        return count;
    }

    boolean isContiguous() {
        return numbers == null;
    }

    long first() {
        return first;
    }

    /** The row of an ordinal. */
    long at(int ordinal) {
        return numbers == null ? first + ordinal : numbers[ordinal];
    }

    /** The ordinal of a row, or -1. */
    int find(long row) {
        if (numbers != null) {
            return Math.max(-1, Arrays.binarySearch(numbers, row));
        }
        return row < first || row >= first + count ? -1 : (int) (row - first);
    }
}
