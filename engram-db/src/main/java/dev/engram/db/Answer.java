package dev.engram.db;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search found.
 *
 * @param matches best first
 * @param mode what it went by
 * @param wordWeight the weight of the words, 0..1; null where ranks decided, or one side alone
 */
public record Answer(List<Match> matches, Mode mode, @Nullable Double wordWeight) {

    public Answer {
        matches = List.copyOf(matches);
    }

    /**
     * One of the answers.
     *
     * @param hit the record, with the score that it is placed by: larger is better
     * @param meaning its place and score by meaning; null where it was not among the best
     * @param words its place and score by words; null where it was not among the best
     */
    public record Match(Hit hit, @Nullable Place meaning, @Nullable Place words) {}

    /**
     * Where a record stands on one side.
     *
     * @param rank from 1
     * @param score as {@link dev.engram.index.Metric} has it, or by BM25
     */
    public record Place(int rank, float score) {}
}
