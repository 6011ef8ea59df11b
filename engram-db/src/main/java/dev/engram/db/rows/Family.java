package dev.engram.db.rows;

import java.nio.charset.StandardCharsets;

/**
 * The column families of the row store.
 *
 * <pre>
 *   family     key                              value
 *   CATALOG    see Catalog                      see Catalog
 *   IDS        collection u32, id UTF-8         what became of the id last: see IdState
 *   ROWS       collection u32, row u64          the record without its vector: see StoredRow
 *   VECTORS    collection u32, row u64          u64 commit timestamp, then float32 little-endian,
 *                                               until its segment is sealed
 *              collection u32, 0                row u64: up to it all were sealed, and removed here
 *   DEAD       collection u32, row u64          that row was replaced or deleted: see DeathMark
 *   EXPIRES    collection u32, milliseconds     empty: that row is over from then on
 *              since 1970 u64, row u64
 * </pre>
 *
 * Numbers in keys are big-endian, so that keys sort as the numbers do.
 */
public enum Family {
    CATALOG("default"),
    IDS("ids"),
    ROWS("rows"),
    VECTORS("vectors"),
    DEAD("dead"),
    EXPIRES("expires");

    private final String storedName;

    Family(String storedName) {
        this.storedName = storedName;
    }

    byte[] storedName() {
        return storedName.getBytes(StandardCharsets.UTF_8);
    }
}
