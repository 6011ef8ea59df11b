package dev.engram.cli.vectors;

/** What a vector file is for; an HDF5 file holds all parts, each under its name. */
public enum Part {
    /** The vectors that are searched. */
    BASE("train"),
    /** The vectors that are asked for. */
    QUERIES("test"),
    /** For each query the numbers of the nearest base vectors, nearest first. */
    TRUTH("neighbors");

    private final String dataset;

    Part(String dataset) {
        this.dataset = dataset;
    }

    /** Its name in an HDF5 file of ann-benchmarks. */
    String dataset() {
        return dataset;
    }
}
