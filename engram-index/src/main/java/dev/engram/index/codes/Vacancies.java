package dev.engram.index.codes;

import java.util.Arrays;

/** Finds work for centroids that nobody chose: each takes over a part of a large cluster. */
final class Vacancies {

    private Vacancies() {}

    /**
     * Chooses a donor for every cluster without members: the largest that can be divided, the first
     * of equally large ones, and each only once.
     *
     * @param counts members of every cluster
     * @param farthest how far its farthest member is from its centroid; 0 where all are there
     * @return for every cluster its donor, or -1
     */
    static int[] donors(int[] counts, float[] farthest) {
        int[] donors = new int[counts.length];
        Arrays.fill(donors, -1);
        long[] byCount = new long[counts.length];
        int candidates = 0;
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] > 1 && farthest[c] > 0) {
                byCount[candidates++] = ((long) (Integer.MAX_VALUE - counts[c]) << 32) | c;
            }
        }
        if (candidates < counts.length) {
            Arrays.sort(byCount, 0, candidates);
            int next = 0;
            for (int c = 0; c < counts.length && next < candidates; c++) {
                if (counts[c] == 0) {
                    donors[c] = (int) byCount[next++];
                }
            }
        }
        return donors;
    }
}
