package dev.engram.text.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.text.chunk.Slabs;
import dev.engram.text.chunk.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class OnnxEmbedderTest {

    private static ModelFiles files;
    private static OnnxEmbedder embedder;

    @BeforeAll
    static void load() {
        files =
                ModelFiles.ofClassPath(
                        "all-MiniLM-L6-v2",
                        384,
                        256,
                        "all-minilm-l6-v2-q.onnx",
                        "all-minilm-l6-v2-q-tokenizer.json");
        embedder = new OnnxEmbedder(files, 2, CacheFolder.ofUser());
    }

    @AfterAll
    static void free() {
        embedder.close();
    }

    @Test
    void cutsTokensAsTheModelWasTrained() {
        NativeTokenizer tokenizer = (NativeTokenizer) embedder.tokenizer();
        long[] ids = tokenizer.ids("LEANN recomputes embeddings, unaffordable naïveté!");
        assertThat(tokenizer.row(ids, 0, ids.length))
                .containsExactly(
                        101, 8155, 2078, 28667, 25377, 10421, 2015, 7861, 8270, 4667, 2015, 1010,
                        14477, 4246, 8551, 3085, 15743, 2618, 999, 102);
    }

    @Test
    void neitherTruncatesNorPads() {
        NativeTokenizer tokenizer = (NativeTokenizer) embedder.tokenizer();
        assertThat(tokenizer.ids("hello ".repeat(1000))).hasSize(1000);
        assertThat(tokenizer.ids("hello")).hasSize(1);
        assertThat(tokenizer.specialTokens()).isEqualTo(2);
    }

    @Test
    void placesTokensInUtf16() {
        String text = "a 😀 naïve 漢字 end";
        Tokens tokens = embedder.tokenizer().tokenize(text);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            parts.add(text.substring(tokens.starts()[i], tokens.ends()[i]));
        }
        assertThat(parts).containsExactly("a", "😀", "naïve", "漢", "字", "end");
    }

    @Test
    void marksWhereWordsBegin() {
        Tokens tokens = embedder.tokenizer().tokenize("unaffordable, x");
        assertThat(tokens.count()).isEqualTo(6);
        List<Integer> words = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.beginsWord(i)) {
                words.add(tokens.starts()[i]);
            }
        }
        assertThat(words).containsExactly(0, 12, 14);
    }

    @Test
    void givesVectorsOfLengthOne() {
        float[] vector = embedder.embedQuery("A vector has a length.");
        assertThat(vector).hasSize(384);
        assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
        assertThat(embedder.identity().dimension()).isEqualTo(384);
    }

    @Test
    void putsParaphrasesNearerThanOtherThings() {
        List<List<String>> triples =
                List.of(
                        List.of(
                                "How do I reset my password?",
                                "I forgot my login credentials",
                                "Bees make honey from nectar"),
                        List.of(
                                "The cat sat on the mat",
                                "A kitten rested on the rug",
                                "Interest rates rose last quarter"),
                        List.of(
                                "symptoms of influenza",
                                "fever, cough and aching muscles",
                                "how to tune a guitar"),
                        List.of(
                                "The file could not be opened",
                                "an error while reading from disk",
                                "The bride wore a white dress"));
        for (List<String> triple : triples) {
            List<float[]> vectors = embedder.embed(triple);
            assertThat(dot(vectors.get(0), vectors.get(1)))
                    .as(triple.get(0))
                    .isGreaterThan(dot(vectors.get(0), vectors.get(2)) + 0.2);
        }
    }

    @Test
    void givesTheSameBitsAloneAmongOthersAndFromAnyThread() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            texts.add("Sentence number " + i + " is here. " + "It goes on and on. ".repeat(i % 7));
        }
        List<float[]> together = embedder.embed(texts);
        List<String> shuffled = new ArrayList<>(texts);
        Collections.shuffle(shuffled, new Random(7));
        List<float[]> again = embedder.embed(shuffled);
        try (var callers = Executors.newFixedThreadPool(3)) {
            List<Future<float[]>> alone =
                    callers.invokeAll(
                            texts.stream()
                                    .map(t -> (Callable<float[]>) () -> embedder.embedQuery(t))
                                    .toList());
            for (int i = 0; i < texts.size(); i++) {
                assertThat(together.get(i)).containsExactly(alone.get(i).get());
                assertThat(again.get(shuffled.indexOf(texts.get(i))))
                        .containsExactly(together.get(i));
            }
        }
    }

    @Test
    void readsLongTextsToTheirEnd() {
        String filler =
                "The committee met on Tuesday and adjourned without a decision. ".repeat(60);
        float[] plain = embedder.embedQuery(filler);
        float[] surprise = embedder.embedQuery(filler + "Penguins " + "penguins swim. ".repeat(40));
        float[] penguins = embedder.embedQuery("penguins swim");
        assertThat(embedder.tokenizer().tokenize(filler).count()).isGreaterThan(600);
        assertThat(dot(surprise, penguins)).isGreaterThan(dot(plain, penguins) + 0.1);
        assertThat(dot(surprise, surprise)).isCloseTo(1, within(1e-5));
    }

    @Test
    void changesWithTheLastSentenceOfALongText() {
        String filler = "The committee met on Tuesday and adjourned. ".repeat(80);
        assertThat(embedder.embedQuery(filler + "Then a comet fell."))
                .isNotEqualTo(embedder.embedQuery(filler + "Then it rained."));
    }

    @Test
    void weighsTheWindowsOfALongTextByTheirTokens() {
        NativeTokenizer tokenizer = (NativeTokenizer) embedder.tokenizer();
        String first = "alpha ".repeat(254);
        String second = "river ".repeat(100);
        assertThat(tokenizer.ids(first)).hasSize(254);
        float[] expected = new float[384];
        Pooling.add(expected, embedder.embedQuery(first), 254);
        Pooling.add(expected, embedder.embedQuery(second), 100);
        assertThat(embedder.embedQuery(first + second))
                .containsExactly(Pooling.normalise(expected));
    }

    @Test
    void readsTextsInSlabsAsIfWhole() {
        NativeTokenizer tokenizer = (NativeTokenizer) embedder.tokenizer();
        String text = "It was the best of times, it was the worst of times.\n".repeat(500);
        long[] whole = tokenizer.ids(text);
        float[] expected = new float[384];
        try (OnnxModel model = new OnnxModel(files)) {
            for (int start = 0; start < whole.length; start += 254) {
                int end = Math.min(whole.length, start + 254);
                float[] window = Pooling.normalise(model.run(tokenizer.row(whole, start, end)));
                Pooling.add(expected, window, end - start);
            }
        }
        assertThat(text.length()).isGreaterThan(Slabs.CHARS_MAX);
        assertThat(embedder.embedQuery(text)).containsExactly(Pooling.normalise(expected));
    }

    @Test
    void survivesEveryCharacter() {
        List<String> nasty =
                List.of(
                        "\uD800",
                        "x\uDC00y",
                        "😀\uD83D😀",
                        "\u0000",
                        "a\u0000b",
                        "\u200B",
                        "\uFFFD",
                        "\uFEFF",
                        "👨‍👩‍👧‍👦🇩🇪",
                        "漢字かな",
                        "ภาษาไทยไม่มีเว้นวรรค",
                        "e\u0301\u0301\u0301",
                        "[CLS] [SEP] [MASK] [PAD]",
                        "\u202Eright to left",
                        "x".repeat(5000));
        for (float[] vector : embedder.embed(nasty)) {
            assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void refusesBlankTexts() {
        assertThatThrownBy(() -> embedder.embed(List.of("a", " \n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blank");
        assertThatThrownBy(() -> embedder.embedQuery("")).hasMessageContaining("blank");
        assertThat(embedder.embed(List.of())).isEmpty();
    }

    @Test
    void refusesToWorkOnceClosed() {
        OnnxEmbedder closed = new OnnxEmbedder(files, 2, CacheFolder.ofUser());
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.embedQuery("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.embed(List.of("a", "b")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.tokenizer().tokenize("a"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hasAFingerprintOfFilesAndSettings() {
        String print = embedder.identity().fingerprint();
        assertThat(print).matches("[0-9a-f]{32}").isEqualTo(files.fingerprint());
        ModelFiles other =
                new ModelFiles(
                        files.name(),
                        "",
                        files.manner(),
                        files.graph(),
                        "{}".getBytes(StandardCharsets.UTF_8));
        ModelFiles shorter =
                new ModelFiles(
                        files.name(), "", Manner.usual(384, 128), files.graph(), files.tokenizer());
        assertThat(other.fingerprint()).isNotEqualTo(print);
        assertThat(shorter.fingerprint()).isNotEqualTo(print);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
