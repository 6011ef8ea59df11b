package dev.engram.cli;

import dev.engram.index.IndexSpec;

/** The index kinds a user can name. */
enum IndexKind {
    FLAT,
    HNSW,
    DISKANN,
    IVF_PQ,
    SCAN;

    /** The kind of an index. */
    static IndexKind of(IndexSpec spec) {
        return switch (spec) {
            case IndexSpec.Flat() -> FLAT;
            case IndexSpec.Hnsw _ -> HNSW;
            case IndexSpec.DiskAnn _ -> DISKANN;
            case IndexSpec.IvfPq _ -> IVF_PQ;
            case IndexSpec.Scan _ -> SCAN;
        };
    }

    /** With the settings that suit most. */
    IndexSpec spec() {
        return switch (this) {
            case FLAT -> new IndexSpec.Flat();
            case HNSW -> new IndexSpec.Hnsw();
            case DISKANN -> new IndexSpec.DiskAnn();
            case IVF_PQ -> new IndexSpec.IvfPq();
            case SCAN -> new IndexSpec.Scan();
        };
    }
}
