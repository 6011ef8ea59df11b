package dev.engram.db;

import java.util.List;

/**
 * What came of the repair of a collection: see {@link Database#repair}.
 *
 * @param mended what was wrong, and how it was made good
 * @param lost what was wrong and cannot be made good, with some of the ids it is about
 * @param lostIds all records whose vectors are lost
 */
public record Repair(List<String> mended, List<String> lost, List<String> lostIds) {

    public Repair {
        mended = List.copyOf(mended);
        lost = List.copyOf(lost);
        lostIds = List.copyOf(lostIds);
    }

    /** What becomes of records whose vectors are lost. */
    public enum Losses {
        /** They stay, and so does the damage: the collection goes on being refused. */
        KEEP,
        /** They are removed, so that the others can be used. */
        REMOVE
    }
}
