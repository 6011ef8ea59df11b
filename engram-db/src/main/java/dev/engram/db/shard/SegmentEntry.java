package dev.engram.db.shard;

import dev.engram.db.rows.Fields;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a shard's manifest says of one sealed segment.
 *
 * @param number names its files
 * @param firstRow the first row in it
 * @param count how many rows
 * @param contiguous whether the rows follow each other without gaps; if not, a file lists them
 * @param vectorBytes size of the vectors file
 * @param graphBytes size of the index file, 0 for none
 */
record SegmentEntry(
        long number,
        long firstRow,
        int count,
        boolean contiguous,
        long vectorBytes,
        long graphBytes) {

    String vectorsFile() {
        return "%06d.vectors".formatted(number);
    }

    String graphFile() {
        return "%06d.graph".formatted(number);
    }

    String rowsFile() {
        return "%06d.rows".formatted(number);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("number", number);
        map.put("first_row", firstRow);
        map.put("count", count);
        map.put("contiguous", contiguous);
        map.put("vector_bytes", vectorBytes);
        map.put("graph_bytes", graphBytes);
        return map;
    }

    static SegmentEntry of(Fields fields) {
        return new SegmentEntry(
                fields.number("number"),
                fields.number("first_row"),
                (int) fields.number("count"),
                fields.flag("contiguous"),
                fields.number("vector_bytes"),
                fields.number("graph_bytes"));
    }
}
