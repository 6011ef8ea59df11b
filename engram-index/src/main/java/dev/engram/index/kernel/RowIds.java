package dev.engram.index.kernel;

/** Ids of rows that follow each other. */
final class RowIds {

    /** 0, 1, 2, …: a scan is the list form of a kernel over these. Never written to. */
    static final int[] CONSECUTIVE = consecutive();

    private RowIds() {}

    private static int[] consecutive() {
        int[] ids = new int[Kernel.BLOCK];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        return ids;
    }
}
