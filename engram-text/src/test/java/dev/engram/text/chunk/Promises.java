package dev.engram.text.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What every chunker promises of every text. */
final class Promises {

    private Promises() {}

    static void hold(String name, List<Chunk> chunks, String text, int size, Tokenizer tokenizer) {
        int covered = 0;
        int last = -1;
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            String at = name + " chunk " + i;
            assertThat(chunk.ordinal()).as(at).isEqualTo(i);
            assertThat(chunk.text()).as(at).isEqualTo(text.substring(chunk.start(), chunk.end()));
            assertThat(chunk.start()).as(at).isGreaterThan(last);
            last = chunk.start();
            lostNothing(at, text, covered, chunk.start());
            covered = Math.max(covered, chunk.end());
            assertThat(tokenizer.tokenize(chunk.text()).count()).as(at).isLessThanOrEqualTo(size);
            assertThat(chunk.text().length()).as(at).isLessThanOrEqualTo(size * 16);
            assertThat(Slabs.isBlank(chunk.text().charAt(0))).as(at).isFalse();
            assertThat(isBoundary(text, chunk.start()) && isBoundary(text, chunk.end()))
                    .as(at)
                    .isTrue();
            assertThat(chunk.line()).as(at).isPositive().isLessThanOrEqualTo(chunk.lineEnd());
        }
        lostNothing(name, text, covered, text.length());
    }

    private static void lostNothing(String name, String text, int from, int to) {
        for (int c = from; c < to; c++) {
            assertThat(Slabs.isBlank(text.charAt(c))).as(name + " lost " + c).isTrue();
        }
    }

    private static boolean isBoundary(String text, int at) {
        return Slabs.characterBoundary(text, at) == at;
    }
}
