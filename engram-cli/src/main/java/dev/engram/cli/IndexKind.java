package dev.engram.cli;

import dev.engram.index.IndexSpec;

/** The index kinds a user can name. */
enum IndexKind {
    FLAT,
    HNSW,
    IVF_PQ;

    /** With the settings that suit most. */
    IndexSpec spec() {
        return switch (this) {
            case FLAT -> new IndexSpec.Flat();
            case HNSW -> new IndexSpec.Hnsw();
            case IVF_PQ -> new IndexSpec.IvfPq();
        };
    }
}
