package dev.engram.text.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.testkit.SeededTest;
import dev.engram.text.BuiltIn;
import dev.engram.text.read.Document;
import dev.engram.text.read.Documents;
import dev.engram.text.read.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class ChunkerTest {

    private static final Tokenizer TOKENIZER = BuiltIn.tokenizer();

    @Test
    void keepsSentencesWhole() {
        String text =
                "One sentence stands here for the test. Another sentence follows it at once. The"
                    + " third sentence is about penguins in winter. A fourth one ends the text.";
        List<Chunk> chunks = chunks(text, Form.PROSE, 18, 0);
        assertThat(chunks)
                .extracting(Chunk::text)
                .containsExactly(
                        "One sentence stands here for the test. Another sentence follows it at"
                                + " once.",
                        "The third sentence is about penguins in winter. A fourth one ends the"
                                + " text.");
        assertThat(chunks).extracting(Chunk::ordinal).containsExactly(0, 1);
    }

    @Test
    void repeatsWholeSentencesUpToTheOverlap() {
        String text =
                "Alpha is the first letter. Beta is the second letter. Gamma is the third letter. "
                        + "Delta is the fourth letter. Epsilon is the fifth letter.";
        List<Chunk> chunks = chunks(text, Form.PROSE, 20, 8);
        assertThat(chunks.get(0).text()).endsWith("Gamma is the third letter.");
        assertThat(chunks.get(1).text()).startsWith("Gamma is the third letter. Delta");
        List<Chunk> apart = chunks(text, Form.PROSE, 20, 0);
        assertThat(apart.get(1).text()).startsWith("Delta");
    }

    @Test
    void cutsLongSentencesBeforeWords() {
        String text = "word ".repeat(100).strip();
        List<Chunk> chunks = chunks(text, Form.PROSE, 30, 10);
        assertThat(chunks).extracting(Chunk::tokens).containsExactly(30, 30, 30, 10);
        assertThat(chunks).allMatch(c -> c.text().startsWith("word") && c.text().endsWith("word"));
    }

    @Test
    void prefersTheEndOfALineInALongSentence() {
        String text = "first line of a list without any stop\n".repeat(8);
        List<Chunk> chunks = chunks(text, Form.PROSE, 20, 0);
        assertThat(chunks).hasSize(4).allMatch(c -> c.text().startsWith("first line"));
    }

    @Test
    void knowsTheLinesOfAChunk() {
        String text = "One.\n\nTwo is here.\r\nThree goes on\r\nand on.\n";
        List<Chunk> chunks = chunks(text, Form.PROSE, 16, 0);
        assertThat(chunks).hasSize(1);
        assertThat(chunks.getFirst().line()).isEqualTo(1);
        assertThat(chunks.getFirst().lineEnd()).isEqualTo(5);
        List<Chunk> lines = chunks("a b c d e f g h\n".repeat(40), Form.LINES, 16, 0);
        assertThat(lines.get(3).line()).isEqualTo(7);
        assertThat(lines.get(3).lineEnd()).isEqualTo(8);
    }

    @Test
    void beginsAChunkWithAHeadingAndNamesThoseAboveIt() {
        String body = "A sentence that has a number of words in it, for weight. ".repeat(3);
        String text =
                "# Guide\n\n## Install\n\n"
                        + body
                        + "\n## Use\n\n"
                        + body
                        + "\n### Fast\n\n"
                        + body;
        List<Chunk> chunks = chunks(text, Form.MARKDOWN, 100, 20);
        assertThat(chunks)
                .extracting(Chunk::heading)
                .containsExactly("Guide > Install", "Guide > Use", "Guide > Use > Fast");
        assertThat(chunks.get(0).text()).startsWith("# Guide\n\n## Install");
        assertThat(chunks.get(1).text()).startsWith("## Use");
    }

    @Test
    void leavesNoHeadingAtTheEndOfAChunk() {
        String text =
                "Ten small words are what this line here has got. ".repeat(2) + "\n\n# Next\n\n";
        List<Chunk> chunks =
                chunks(
                        text + "And its text comes here, long enough to be cut off.",
                        Form.MARKDOWN,
                        100,
                        0);
        assertThat(chunks).hasSize(1);
        List<Chunk> small =
                chunks(
                        "Few words.\n\n# Next\n\n"
                                + "Now comes more text than will fit here, so it is cut.",
                        Form.MARKDOWN,
                        16,
                        0);
        assertThat(small.get(0).text()).isEqualTo("Few words.");
        assertThat(small.get(1).text()).startsWith("# Next\n\nNow");
    }

    @Test
    void cutsCodeBetweenLines() {
        String code = "    int value = compute(first, second);\n".repeat(20);
        List<Chunk> chunks =
                chunks("Prose before.\n\n```java\n" + code + "```\n", Form.MARKDOWN, 60, 0);
        assertThat(chunks).hasSizeGreaterThan(2);
        for (Chunk chunk : chunks.subList(1, chunks.size() - 1)) {
            assertThat(chunk.text()).startsWith("int value").endsWith(";");
        }
    }

    @Test
    void cutsWordsThatAreTooLongByThemselves() {
        List<Chunk> chunks = chunks("x".repeat(10_000), Form.PROSE, 16, 0);
        assertThat(chunks).hasSizeGreaterThan(10).allMatch(c -> c.text().length() <= 256);
        List<Chunk> family = chunks("👨‍👩‍👧‍👦".repeat(300), Form.PROSE, 16, 0);
        assertThat(family).allMatch(c -> c.text().startsWith("👨") && c.text().endsWith("👦"));
    }

    @Test
    void makesNothingOfNothing() {
        assertThat(chunks("", Form.PROSE, 16, 0)).isEmpty();
        assertThat(chunks(" \n\t\u00A0\r\n", Form.MARKDOWN, 16, 0)).isEmpty();
    }

    @Test
    void refusesSizesTheModelCannotRead() {
        assertThatThrownBy(() -> new Chunker(TOKENIZER, 512, 0))
                .hasMessage(
                        "chunk size: 512 tokens (expected: 16..254, the window of"
                                + " all-MiniLM-L6-v2)");
        assertThatThrownBy(() -> new Chunker(TOKENIZER, 15, 0))
                .hasMessageStartingWith("chunk size: 15");
        assertThatThrownBy(() -> new Chunker(TOKENIZER, 200, 101))
                .hasMessage("chunk overlap: 101 tokens (expected: 0..100, half of the chunk size)");
        assertThatThrownBy(() -> new Chunker(TOKENIZER, 200, -1)).hasMessageContaining("-1");
        assertThat(new Chunker(TOKENIZER, 254, 127)).isNotNull();
    }

    @Test
    void makesEveryRowAPassage() {
        String longRow = "name: " + "word ".repeat(40) + "end";
        List<Chunk> chunks =
                chunks("name: Ada\nname: Alan\n" + longRow + "\nb: c\n", Form.ROWS, 20, 5);
        assertThat(chunks.getFirst().text()).isEqualTo("name: Ada");
        assertThat(chunks.get(1).text()).isEqualTo("name: Alan");
        assertThat(chunks.get(2).text()).startsWith("name: word");
        assertThat(chunks.getLast().text()).isEqualTo("b: c");
        assertThat(chunks).hasSizeGreaterThan(5);
    }

    @SeededTest
    void keepsItsPromisesOnAnyText(RandomGenerator random) {
        List<Form> forms = List.of(Form.values());
        for (int round = 0; round < 200; round++) {
            String text = NastyTexts.text(random);
            Form form = forms.get(random.nextInt(forms.size()));
            int size = 16 + random.nextInt(50);
            int overlap = random.nextInt(size / 2 + 1);
            String name = form + " text " + round;
            holds(name, chunks(text, form, size, overlap), read(text, form).text(), size);
        }
    }

    private static void holds(String name, List<Chunk> chunks, String text, int size) {
        int covered = 0;
        int last = -1;
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            String at = name + " chunk " + i;
            assertThat(chunk.ordinal()).as(at).isEqualTo(i);
            assertThat(chunk.text()).as(at).isEqualTo(text.substring(chunk.start(), chunk.end()));
            assertThat(chunk.start()).as(at).isGreaterThan(last);
            last = chunk.start();
            for (int c = covered; c < chunk.start(); c++) {
                assertThat(Slabs.isBlank(text.charAt(c))).as(at + " lost " + c).isTrue();
            }
            covered = Math.max(covered, chunk.end());
            assertThat(TOKENIZER.tokenize(chunk.text()).count()).as(at).isLessThanOrEqualTo(size);
            assertThat(chunk.text().length()).as(at).isLessThanOrEqualTo(size * 16);
            assertThat(Slabs.isBlank(chunk.text().charAt(0))).as(at).isFalse();
            assertThat(isBoundary(text, chunk.start()) && isBoundary(text, chunk.end()))
                    .as(at)
                    .isTrue();
            assertThat(chunk.line()).as(at).isPositive().isLessThanOrEqualTo(chunk.lineEnd());
        }
        for (int c = covered; c < text.length(); c++) {
            assertThat(Slabs.isBlank(text.charAt(c))).as(name + " lost " + c).isTrue();
        }
    }

    private static boolean isBoundary(String text, int at) {
        return Slabs.characterBoundary(text, at) == at;
    }

    private static Document read(String text, Form form) {
        return Documents.of(text, form);
    }

    private static List<Chunk> chunks(String text, Form form, int size, int overlap) {
        List<Chunk> chunks = new ArrayList<>();
        new Chunker(TOKENIZER, size, overlap)
                .chunks(read(text, form))
                .forEachRemaining(chunks::add);
        return chunks;
    }
}
