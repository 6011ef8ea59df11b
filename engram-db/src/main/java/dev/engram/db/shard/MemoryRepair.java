package dev.engram.db.shard;

import java.util.ArrayList;
import java.util.List;

/** Repairs the vectors that are not sealed: the row store has them, beside their records. */
final class MemoryRepair {

    private final ShardRows rows;

    MemoryRepair(ShardRows rows) {
        this.rows = rows;
    }

    /** Makes those again that are missing behind the sealed rows. */
    void run(
            long sealedThrough,
            ShardRepair.Remaker remaker,
            List<String> mended,
            List<ShardRepair.Loss> lost) {
        List<Long> missing = rows.withoutVector(sealedThrough);
        if (missing.isEmpty()) {
            return;
        }
        String cause = missing.size() + " records have no vector in the row store";
        List<float[]> made = new ArrayList<>();
        List<Long> found = new ArrayList<>();
        List<Long> gone = new ArrayList<>();
        int at = 0;
        for (float[] vector : remaker.vectors(missing)) {
            long row = missing.get(at++);
            if (vector == null) {
                gone.add(row);
            } else {
                made.add(vector);
                found.add(row);
            }
        }
        rows.putVectors(found, made);
        if (!found.isEmpty()) {
            mended.add(cause + ": " + found.size() + " were made again from texts");
        }
        if (!gone.isEmpty()) {
            lost.add(new ShardRepair.Loss(cause, gone));
        }
    }
}
