package dev.engram.db.shard;

import dev.engram.db.rows.Fields;
import dev.engram.db.rows.RowCodec;
import dev.engram.storage.Manifest;
import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which segments make up a shard, and up to which row they hold everything.
 *
 * @param sealedThrough rows above it are in memory, and in the row store until they are sealed
 * @param segments ascending by row
 */
record ShardManifest(long sealedThrough, List<SegmentEntry> segments) {

    static final String FILE = "MANIFEST";

    /** Of a shard whose rows are all in memory. */
    static final ShardManifest EMPTY = new ShardManifest(0, List.of());

    static ShardManifest read(Storage folder) {
        byte[] content = Manifest.read(folder);
        if (content == null) {
            return EMPTY;
        }
        return decode(folder.describe(FILE), content);
    }

    /** Reads what {@link #encode} made. */
    static ShardManifest decode(String file, byte[] content) {
        Fields fields = new Fields(file, RowCodec.decode(file, content));
        List<SegmentEntry> segments = new ArrayList<>();
        for (Object segment : fields.list("segments")) {
            segments.add(SegmentEntry.of(Fields.of(file, segment)));
        }
        return new ShardManifest(fields.number("sealed_through"), List.copyOf(segments));
    }

    void swap(Storage folder) {
        Manifest.swap(folder, encode());
    }

    byte[] encode() {
        List<Map<String, Object>> list = segments.stream().map(SegmentEntry::toMap).toList();
        return RowCodec.encode(Map.of("sealed_through", sealedThrough, "segments", list));
    }

    ShardManifest with(SegmentEntry segment, long sealedThrough) {
        List<SegmentEntry> all = new ArrayList<>(segments);
        all.add(segment);
        return new ShardManifest(sealedThrough, List.copyOf(all));
    }

    /** The same without some segments, and with another in their place, if any. */
    ShardManifest replacing(List<Long> numbers, @Nullable SegmentEntry made) {
        List<SegmentEntry> all = new ArrayList<>();
        for (SegmentEntry entry : segments) {
            if (!numbers.contains(entry.number())) {
                all.add(entry);
            } else if (made != null && entry.number() == numbers.getFirst()) {
                all.add(made);
            }
        }
        return new ShardManifest(sealedThrough, List.copyOf(all));
    }

    long nextNumber() {
        return segments.stream().mapToLong(SegmentEntry::number).max().orElse(0) + 1;
    }
}
