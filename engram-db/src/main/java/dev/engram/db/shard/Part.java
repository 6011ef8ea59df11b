package dev.engram.db.shard;

import dev.engram.db.rows.DeathMark;
import dev.engram.index.Ordinals;
import dev.engram.index.VectorIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a shard that a search looks through: a sealed segment, or a chunk of the rows still in
 * memory. Immutable; a commit replaces the parts it changes.
 *
 * <pre>
 *   a row:   committed ──────────── visible ────────────── died ──── seen by the past ──── gone
 *            births                 live                   deaths                          neither
 * </pre>
 *
 * @param vectors of this part
 * @param index over them
 * @param rows which row each ordinal stands for
 * @param births when each was committed
 * @param live ordinals neither replaced nor deleted; null for all
 * @param deaths of those that died and may still be seen
 * @param expiries of the ordinals that are over at a time known beforehand
 * @param segment the files behind it; null for rows in memory
 */
record Part(
        RowVectors vectors,
        VectorIndex index,
        RowNumbers rows,
        Births births,
        @Nullable Ordinals live,
        Deaths deaths,
        Expiries expiries,
        @Nullable Segment segment) {

    /** A part nothing of which has died. */
    static Part of(
            RowVectors vectors,
            VectorIndex index,
            RowNumbers rows,
            Births births,
            @Nullable Segment segment) {
        return new Part(vectors, index, rows, births, null, Deaths.NONE, Expiries.NONE, segment);
    }

    int liveCount() {
        return live == null ? rows.count() : live.count();
    }

    boolean isLive(int ordinal) {
        return live == null || live.contains(ordinal);
    }

    /** The largest of its rows. */
    long lastRow() {
        return rows.at(rows.count() - 1);
    }

    /** Keeps the files of a segment mapped. */
    void hold() {
        if (segment != null) {
            segment.hold();
        }
    }

    /** Ends what {@link #hold} began. */
    void letGo() {
        if (segment != null) {
            segment.letGo();
        }
    }

    /** How many rows somebody may see. */
    int keptCount() {
        return liveCount() + deaths.count();
    }

    /** The ordinals that somebody may see; null for all. */
    @Nullable Ordinals kept() {
        return live == null ? null : live.with(deaths.after(Long.MIN_VALUE));
    }

    /**
     * The ordinals visible at a time; null for all.
     *
     * @param view when, and what is hidden
     */
    @Nullable Ordinals visible(View view) {
        Ordinals visible = live;
        int[] stillAlive = deaths.after(view.ts());
        if (visible != null && stillAlive.length > 0) {
            visible = visible.with(stillAlive);
        }
        int there = births.through(view.ts());
        if (there < rows.count()) {
            visible = (visible == null ? Ordinals.all(rows.count()) : visible).below(there);
        }
        int[] over = expiries.through(view.now());
        visible = over.length == 0 ? visible : without(visible, over);
        int[] hidden = find(view.hidden());
        visible = hidden.length == 0 ? visible : without(visible, hidden);
        return view.only() == null ? visible : only(view.only(), visible);
    }

    private Ordinals only(RowSet accepted, @Nullable Ordinals visible) {
        int[] ordinals = accepted.ordinals(rows);
        int count = 0;
        for (int ordinal : ordinals) {
            if (visible == null || visible.contains(ordinal)) {
                ordinals[count++] = ordinal;
            }
        }
        return Ordinals.of(rows.count(), Arrays.copyOf(ordinals, count));
    }

    private Ordinals without(@Nullable Ordinals set, int[] ordinals) {
        return (set == null ? Ordinals.all(rows.count()) : set).without(ordinals);
    }

    private int[] find(Set<Long> wanted) {
        List<Integer> found = new ArrayList<>();
        for (long row : wanted) {
            int ordinal = rows.find(row);
            if (ordinal >= 0) {
                found.add(ordinal);
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    /** This part after some of its rows died; those that had died before are passed over. */
    Part withDeaths(List<Death> more) {
        Deaths next = deaths;
        int[] ordinals = new int[more.size()];
        int count = 0;
        for (Death death : more) {
            if (isLive(death.ordinal())) {
                ordinals[count++] = death.ordinal();
                if (death.ts() != DeathMark.FOR_ALL) {
                    next = next.plus(death.ordinal(), death.ts());
                }
            }
        }
        return count == 0 ? this : with(without(live, Arrays.copyOf(ordinals, count)), next);
    }

    /**
     * The death of a row of this part.
     *
     * @param ordinal of the row
     * @param ts of the commit that replaced or deleted it
     */
    record Death(int ordinal, long ts) {}

    /** This part once nobody reads as far back as that. */
    Part forgettingThrough(long watermark) {
        return with(live, deaths.keptAfter(watermark));
    }

    private Part with(@Nullable Ordinals nextLive, Deaths nextDeaths) {
        return new Part(vectors, index, rows, births, nextLive, nextDeaths, expiries, segment);
    }

    Part with(Expiries others) {
        return new Part(vectors, index, rows, births, live, deaths, others, segment);
    }
}
