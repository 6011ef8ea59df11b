package dev.engram.db;

import dev.engram.db.shard.Shard;
import dev.engram.db.shard.View;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hands out the records nearest to a vector, best first. Each step searches for the nearest of
 * those that were not handed out: a graph search may find one late that is nearer than the last
 * before.
 */
final class HitSource implements Cursor.Source<Hit> {

    /** What a cursor remembers for each hit is little, but not nothing. */
    private static final int HITS_MAX = 100_000;

    private final float[] query;
    private final int beam;
    private final Filter filter;
    private final Set<Long> seen = new HashSet<>();

    HitSource(float[] query, int beam, Filter filter) {
        this.query = query;
        this.beam = beam;
        this.filter = filter;
    }

    @Override
    public List<Hit> next(Records records, View view, int max) {
        int most = Math.min(max, HITS_MAX - seen.size());
        if (most == 0) {
            return List.of();
        }
        List<Shard.Found> found =
                records.reading()
                        .find(query, most, Math.max(beam, most), filter, view.without(seen));
        found.forEach(one -> seen.add(one.number()));
        return records.reading()
                .hits(
                        found,
                        row -> {
                            throw new AssertionError("row " + row);
                        });
    }
}
