package dev.engram.db.shard;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which segments are to become one, and why.
 *
 * <p>Only segments that follow each other are merged, so that rows and the times of their commits
 * go on ascending in each. A tier holds the segments of about one size; {@value #FACTOR} of a tier
 * become one of the next, so a row is written once for each tier. A segment much of which nobody
 * sees any more is written anew, whatever its size.
 *
 * @param segments ascending by row
 * @param aim of it
 * @param cause for people
 */
public record MergePlan(List<Part> segments, Aim aim, String cause) {

    /** What it is for. */
    public enum Aim {
        /** Fewer segments, or smaller ones. */
        MERGE,
        /** Another index over the same vectors. */
        ALTER
    }

    /** How many segments of one size become one. */
    static final int FACTOR = 4;

    /** Of so many rows nobody sees {@link #GONE_OF} at most before a segment is written anew. */
    private static final int GONE_MAX = 3;

    private static final int GONE_OF = 10;

    /** No merge makes a segment of more rows. */
    private static final long ROWS_MAX = 1L << 28;

    public MergePlan {
        segments = List.copyOf(segments);
    }

    /** How many rows the segment that is made has. */
    long rows() {
        return segments.stream().mapToLong(Part::keptCount).sum();
    }

    /**
     * What is to be done next; null for nothing.
     *
     * @param segments of a shard, ascending by row
     * @param sealedRows how many rows a segment has when it is sealed
     */
    static @Nullable MergePlan of(List<Part> segments, long sealedRows) {
        MergePlan clean = cleaning(segments);
        return clean == null ? tiered(segments, sealedRows) : clean;
    }

    /**
     * The next segment that is made anew to get another index; null where there is none.
     *
     * @param segments that have not the index they should have
     * @param all how many there are
     */
    static @Nullable MergePlan another(List<Part> segments, int all) {
        if (segments.isEmpty()) {
            return null;
        }
        String cause = segments.size() + " of " + all + " segments have another index";
        return new MergePlan(segments.subList(0, 1), Aim.ALTER, cause);
    }

    private static @Nullable MergePlan cleaning(List<Part> segments) {
        List<Part> run = new ArrayList<>();
        long kept = 0;
        for (Part part : segments) {
            if (!hasMuchGone(part) || kept + part.keptCount() > ROWS_MAX) {
                if (!run.isEmpty()) {
                    break;
                }
            } else {
                run.add(part);
                kept += part.keptCount();
            }
        }
        if (run.isEmpty()) {
            return null;
        }
        long rows = run.stream().mapToLong(part -> part.rows().count()).sum();
        return new MergePlan(run, Aim.MERGE, (rows - kept) + " of " + rows + " rows are dead");
    }

    private static boolean hasMuchGone(Part part) {
        long gone = part.rows().count() - (long) part.keptCount();
        return gone * GONE_OF > (long) part.rows().count() * GONE_MAX;
    }

    private static @Nullable MergePlan tiered(List<Part> segments, long sealedRows) {
        int tiers = segments.stream().mapToInt(part -> tier(part, sealedRows)).max().orElse(0);
        for (int tier = 0; tier <= tiers; tier++) {
            List<Part> run = new ArrayList<>();
            for (Part part : segments) {
                if (tier(part, sealedRows) > tier) {
                    run.clear();
                    continue;
                }
                run.add(part);
                MergePlan plan = ofRun(run, tier, sealedRows);
                if (plan != null) {
                    return plan;
                }
            }
        }
        return null;
    }

    /** Smaller ones between those of a tier go along: segments stay in the order of their rows. */
    private static @Nullable MergePlan ofRun(List<Part> run, int tier, long sealedRows) {
        long like = run.stream().filter(part -> tier(part, sealedRows) == tier).count();
        if (like < FACTOR) {
            return null;
        }
        MergePlan plan = new MergePlan(run, Aim.MERGE, run.size() + " segments of about one size");
        return plan.rows() <= ROWS_MAX ? plan : null;
    }

    private static int tier(Part part, long sealedRows) {
        int tier = 0;
        for (long rows = part.keptCount(); rows >= sealedRows * FACTOR; rows /= FACTOR) {
            tier++;
        }
        return tier;
    }
}
