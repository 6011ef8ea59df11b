package dev.engram.text.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.testkit.SeededTest;
import dev.engram.text.BuiltIn;
import dev.engram.text.read.Document;
import dev.engram.text.read.Form;
import dev.engram.text.read.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CodeChunksTest {

    private static final Tokenizer TOKENIZER = BuiltIn.tokenizer();
    private static final String BODY = "    total = total + values[i] * weights[i];\n";

    @Test
    void givesEachFunctionAChunkOfItsOwn() {
        Source source = new Source();
        source.add("import all;\n\n", null);
        source.add("int sum() {\n" + BODY.repeat(3) + "}\n\n", "sum");
        source.add("int mean() {\n" + BODY.repeat(4) + "}\n", "mean");
        List<Chunk> chunks = source.chunks(80, 20);
        assertThat(chunks).extracting(Chunk::symbol).containsExactly("sum", "mean");
        assertThat(chunks.get(0).text()).startsWith("import all;\n\nint sum() {").endsWith("}");
        assertThat(chunks.get(1).text()).startsWith("int mean() {").endsWith("}");
        assertThat(chunks.get(1).line()).isEqualTo(9);
        assertThat(chunks.get(1).lineEnd()).isEqualTo(14);
    }

    @Test
    void gathersSmallNeighbours() {
        Source source = new Source();
        for (String name : List.of("a", "b", "c", "d")) {
            source.add("int " + name + "() { return " + name + "; }\n", name);
        }
        source.add("int large() {\n" + BODY.repeat(3) + "}\n", "large");
        assertThat(source.chunks(80, 0))
                .extracting(Chunk::symbol)
                .containsExactly("a, b, c, d", "large");
        assertThat(source.chunks(60, 0))
                .extracting(Chunk::symbol)
                .containsExactly("a, b, c", "d", "large");
    }

    @Test
    void cutsALargeFunctionBetweenItsStatementsAndRepeatsTheLast() {
        Source source = new Source();
        int start = source.text.length();
        source.text.append("int sum() {\n");
        List<Syntax> statements = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int at = source.text.length() + 4;
            source.text.append(BODY);
            statements.add(new Syntax(at, source.text.length() - 1, null, List.of()));
        }
        source.text.append("}\n");
        source.parts.add(new Syntax(start, source.text.length() - 1, "sum", statements));
        List<Chunk> chunks = source.chunks(60, 20);
        assertThat(chunks).hasSizeGreaterThan(3).extracting(Chunk::symbol).containsOnly("sum");
        for (int i = 1; i < chunks.size(); i++) {
            assertThat(chunks.get(i).text()).startsWith("total = ");
            assertThat(chunks.get(i).start()).isLessThan(chunks.get(i - 1).end());
        }
        List<Chunk> apart = source.chunks(60, 0);
        assertThat(apart.get(1).start()).isGreaterThanOrEqualTo(apart.get(0).end());
    }

    @Test
    void namesMethodsByTheClassesAroundThem() {
        Source source = new Source();
        int start = source.text.length();
        source.text.append("class Sums {\n");
        List<Syntax> methods = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            int at = source.text.length();
            source.text.append("int ").append(name).append("() {\n").append(BODY.repeat(3));
            source.text.append("}\n");
            methods.add(new Syntax(at, source.text.length() - 1, name, List.of()));
        }
        source.text.append("}\n");
        source.parts.add(new Syntax(start, source.text.length() - 1, "Sums", methods));
        List<Chunk> chunks = source.chunks(80, 0);
        assertThat(chunks).extracting(Chunk::symbol).containsExactly("Sums.one", "Sums.two");
        assertThat(chunks.get(0).text()).startsWith("class Sums {");
        assertThat(chunks.get(1).text()).endsWith("}\n}");
        assertThat(source.chunks(200, 0)).extracting(Chunk::symbol).containsExactly("Sums");
    }

    @SeededTest
    void keepsItsPromisesOnAnySyntax(RandomGenerator random) {
        for (int round = 0; round < 150; round++) {
            String text = NastyTexts.text(random);
            Syntax syntax = syntax(random, 0, text.length(), 0);
            int size = 16 + random.nextInt(50);
            int overlap = random.nextInt(size / 2 + 1);
            Document document = Document.plain(text, Form.LINES).withSyntax(syntax);
            List<Chunk> chunks = chunks(document, size, overlap);
            Promises.hold("code " + round, chunks, text, size, TOKENIZER);
        }
    }

    private static Syntax syntax(RandomGenerator random, int from, int to, int depth) {
        List<Syntax> parts = new ArrayList<>();
        int count = depth > 4 || to - from < 4 ? 0 : random.nextInt(6);
        int[] cuts = random.ints(2L * count, from, to + 1).sorted().toArray();
        for (int i = 0; i < count; i++) {
            parts.add(syntax(random, cuts[2 * i], cuts[2 * i + 1], depth + 1));
        }
        String name = random.nextInt(3) == 0 ? "n" + random.nextInt(5) : null;
        return new Syntax(from, to, depth == 0 ? null : name, parts);
    }

    private static List<Chunk> chunks(Document document, int size, int overlap) {
        List<Chunk> chunks = new ArrayList<>();
        new Chunker(TOKENIZER, size, overlap).chunks(document).forEachRemaining(chunks::add);
        return chunks;
    }

    /** Source code in the making, with its syntax. */
    private static final class Source {

        private final StringBuilder text = new StringBuilder();
        private final List<Syntax> parts = new ArrayList<>();

        void add(String more, @Nullable String name) {
            int start = text.length();
            text.append(more);
            parts.add(new Syntax(start, start + more.stripTrailing().length(), name, List.of()));
        }

        List<Chunk> chunks(int size, int overlap) {
            Syntax file = new Syntax(0, text.length(), null, parts);
            Document document = Document.plain(text.toString(), Form.LINES).withSyntax(file);
            return CodeChunksTest.chunks(document, size, overlap);
        }
    }
}
