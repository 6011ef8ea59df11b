package dev.engram.db.shard;

import dev.engram.db.rows.Fields;
import dev.engram.index.IndexSpec;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a shard's manifest says of one sealed segment.
 *
 * @param number names its files
 * @param firstRow the first row in it
 * @param count how many rows
 * @param contiguous whether the rows follow each other without gaps; if not, a file lists them
 * @param committed when all of them were; {@link #SEVERAL} where a file lists the commits
 * @param vectorBytes size of the vectors file
 * @param graphBytes size of the index file, 0 for none
 * @param checksums of its files by name, so that no other good file can take the place of one
 * @param index of its vectors; null where it was written before a collection could be altered
 */
record SegmentEntry(
        long number,
        long firstRow,
        int count,
        boolean contiguous,
        long committed,
        long vectorBytes,
        long graphBytes,
        Map<String, Integer> checksums,
        @Nullable IndexSpec index) {

    /** In the place of a timestamp: the rows are of several commits. */
    static final long SEVERAL = -1;

    private static final int DIGITS_MAX = 18;

    String vectorsFile() {
        return vectorsFile(number);
    }

    String graphFile() {
        return graphFile(number);
    }

    String rowsFile() {
        return rowsFile(number);
    }

    String timesFile() {
        return timesFile(number);
    }

    static String vectorsFile(long number) {
        return file(number, "vectors");
    }

    static String graphFile(long number) {
        return file(number, "graph");
    }

    static String rowsFile(long number) {
        return file(number, "rows");
    }

    static String timesFile(long number) {
        return file(number, "times");
    }

    /** The number of the segment that a file belongs to; 0 for one of no segment. */
    static long numberOf(String file) {
        int digits = 0;
        while (digits < file.length() && file.charAt(digits) >= '0' && file.charAt(digits) <= '9') {
            digits++;
        }
        boolean named = digits > 0 && digits <= DIGITS_MAX && file.startsWith(".", digits);
        return named ? Long.parseLong(file.substring(0, digits)) : 0;
    }

    private static String file(long number, String kind) {
        // Not every locale has the digits 0 to 9, and a name must not change with it.
        return String.format(Locale.ROOT, "%06d.%s", number, kind);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("number", number);
        map.put("first_row", firstRow);
        map.put("count", count);
        map.put("contiguous", contiguous);
        map.put("committed", committed);
        map.put("vector_bytes", vectorBytes);
        map.put("graph_bytes", graphBytes);
        map.put("checksums", checksums);
        if (index != null) {
            map.put("index", IndexFields.encode(index));
        }
        return map;
    }

    static SegmentEntry of(Fields fields) {
        Fields stored = fields.fields("checksums");
        Map<String, Integer> checksums = new LinkedHashMap<>();
        stored.map().keySet().forEach(file -> checksums.put(file, (int) stored.number(file)));
        return new SegmentEntry(
                fields.number("number"),
                fields.number("first_row"),
                (int) fields.number("count"),
                fields.flag("contiguous"),
                // Segments of format 1 do not say: they were there before all timestamps.
                fields.has("committed") ? fields.number("committed") : 0,
                fields.number("vector_bytes"),
                fields.number("graph_bytes"),
                Map.copyOf(checksums),
                fields.has("index") ? IndexFields.decode(fields.fields("index")) : null);
    }
}
