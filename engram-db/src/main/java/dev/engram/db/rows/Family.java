package dev.engram.db.rows;

import java.nio.charset.StandardCharsets;

/**
 * The column families of the row store.
 *
 * <pre>
 *   family     key                              value
 *   CATALOG    see Catalog                      see Catalog
 *   IDS        collection u32, id UTF-8         row u64
 *   ROWS       collection u32, row u64          the record without its vector: see RowCodec
 *   VECTORS    collection u32, row u64          float32 little-endian, until its segment is sealed
 *              collection u32, 0                row u64: up to it all were sealed, and removed here
 *   DEAD       collection u32, row u64          that row was replaced or deleted: empty while
 *                                               its record is still in ROWS, else one byte
 * </pre>
 *
 * Numbers in keys are big-endian, so that keys sort as the numbers do.
 */
public enum Family {
    CATALOG("default"),
    IDS("ids"),
    ROWS("rows"),
    VECTORS("vectors"),
    DEAD("dead");

    private final String storedName;

    Family(String storedName) {
        this.storedName = storedName;
    }

    byte[] storedName() {
        return storedName.getBytes(StandardCharsets.UTF_8);
    }
}
