package dev.engram.text.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.engram.db.ModelIdentity;
import dev.engram.error.CorruptException;
import dev.engram.text.embed.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FittingTest {

    private static final List<List<String>> TOPICS =
            List.of(
                    List.of("ship", "harbour", "sail", "anchor", "captain", "deck", "wave"),
                    List.of("bread", "oven", "flour", "yeast", "dough", "crust", "salt"),
                    List.of("planet", "orbit", "comet", "telescope", "moon", "star", "sky"),
                    List.of("court", "judge", "verdict", "lawyer", "trial", "jury", "law"));

    /** Texts of a few words each, all of one topic. */
    private static List<String> texts(int count) {
        Random random = new Random(7);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> topic = TOPICS.get(i % TOPICS.size());
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 4; word++) {
                text.append(topic.get(random.nextInt(topic.size()))).append(' ');
            }
            texts.add(text.append("number ").append(i).toString());
        }
        return texts;
    }

    private static byte[] fit(List<String> texts, int threads) {
        try (Workers workers = new Workers("fit", threads)) {
            return Fitting.fit(texts, workers).orElseThrow();
        }
    }

    @Test
    void tellsTheSameFromOther() {
        FittedEmbedder fitted = FittedEmbedder.of(fit(texts(400), 2));
        assertThat(cosine(fitted, "anchor", "anchor")).isCloseTo(1, within(1e-6));
        assertThat(cosine(fitted, "anchors", "the anchor")).isCloseTo(1, within(1e-6));
        assertThat(cosine(fitted, "anchor", "yeast")).isBetween(-0.2, 0.2);
        assertThat(cosine(fitted, "anchor", "neverseen")).isBetween(-0.2, 0.2);
    }

    /** Terms 0 to 24 occur together, 25 to 49, and so on: four topics. */
    @Test
    void findsWhichTermsOccurTogether() {
        Random random = new Random(5);
        int texts = 400;
        int[] starts = new int[texts + 1];
        int[] places = new int[texts * 5];
        float[] values = new float[texts * 5];
        for (int text = 0; text < texts; text++) {
            for (int i = 0; i < 5; i++) {
                places[text * 5 + i] = text % 4 * 25 + i * 5 + random.nextInt(5);
                values[text * 5 + i] = (float) Math.sqrt(0.2);
            }
            starts[text + 1] = (text + 1) * 5;
        }
        float[] found;
        try (Workers workers = new Workers("fit", 2)) {
            found = new Directions(new SparseRows(100, starts, places, values), 4, workers).find();
        }
        for (int a = 0; a < 100; a++) {
            for (int b = 0; b < 100; b++) {
                assertThat(cosine(found, a * 4, b * 4))
                        .isCloseTo(a / 25 == b / 25 ? 1 : 0, within(0.15));
            }
        }
    }

    private static double cosine(float[] rows, int a, int b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < 4; i++) {
            dot += rows[a + i] * rows[b + i];
            squaresA += rows[a + i] * rows[a + i];
            squaresB += rows[b + i] * rows[b + i];
        }
        return dot / Math.sqrt(squaresA * squaresB);
    }

    private static double cosine(FittedEmbedder embedder, String a, String b) {
        float[] left = embedder.embedQuery(a);
        float[] right = embedder.embedQuery(b);
        double dot = 0;
        for (int i = 0; i < left.length; i++) {
            dot += (double) left[i] * right[i];
        }
        return dot;
    }

    @Test
    void givesTheSameBytesOnAnyNumberOfThreads() {
        List<String> texts = texts(700);
        byte[] one = fit(texts, 1);
        assertThat(fit(texts, 3)).isEqualTo(one);
        assertThat(fit(texts, 8)).isEqualTo(one);
        assertThat(FittedModel.decode(one).encode()).isEqualTo(one);
        assertThat(fit(texts.subList(0, 699), 1)).isNotEqualTo(one);
    }

    @Test
    void needsSomeTexts() {
        try (Workers workers = new Workers("fit", 1)) {
            assertThat(Fitting.fit(texts(127), workers)).isEmpty();
            assertThat(Fitting.fit(texts(128), workers)).isPresent();
            assertThat(Fitting.fit(List.of(), workers)).isEmpty();
        }
    }

    @Test
    void fitsTextsThatAreAllAlike() {
        for (List<String> texts :
                List.of(
                        Collections.nCopies(200, "the same text again"),
                        IntStream.range(0, 200).mapToObj(i -> "only" + i).toList())) {
            FittedEmbedder embedder = FittedEmbedder.of(fit(texts, 2));
            assertThat(cosine(embedder, "same text", "same text")).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void embedsAnyText() {
        FittedEmbedder embedder = FittedEmbedder.of(fit(texts(200), 1));
        for (String text : List.of("?", "to be", "\uD800", "漢字", "a".repeat(100_000), "\u0000")) {
            float[] vector = embedder.embed(List.of(text)).getFirst();
            assertThat(vector).hasSize(FittedModel.DIMENSION);
            double squares = 0;
            for (float x : vector) {
                squares += (double) x * x;
            }
            assertThat(squares).as(text).isCloseTo(1, within(1e-5));
        }
        assertThatThrownBy(() -> embedder.embedQuery("  "))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Vectors are stored: what makes them must not change. */
    @Test
    void givesTheVectorsItAlwaysGave() {
        float[] vector = FittedEmbedder.unfitted().embedQuery("Bees dance to show the way");
        assertThat(Arrays.copyOfRange(vector, 512, 768)).containsOnly(0);
        byte[] state = fit(texts(256), 2);
        float[] fitted = FittedEmbedder.of(state).embedQuery("a captain on deck");
        assertThat(
                        List.of(
                                Arrays.hashCode(vector),
                                Arrays.hashCode(state),
                                Arrays.hashCode(fitted)))
                .containsExactly(-24789385, 1719959591, -1886114851);
    }

    @Test
    void isKnownByWhatItLearnt() {
        ModelIdentity plain = FittedEmbedder.unfitted().identity();
        ModelIdentity one = FittedEmbedder.of(fit(texts(200), 1)).identity();
        ModelIdentity other = FittedEmbedder.of(fit(texts(300), 1)).identity();
        assertThat(one.name()).isEqualTo("fitted");
        assertThat(one.revision()).isEqualTo("200 texts");
        assertThat(one.dimension()).isEqualTo(768);
        assertThat(one.matches(plain)).isFalse();
        assertThat(one.matches(other)).isFalse();
        assertThat(one.matches(FittedEmbedder.of(fit(texts(200), 3)).identity())).isTrue();
    }

    @Test
    void refusesADamagedState() {
        byte[] state = fit(texts(200), 1);
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = state.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            refuses(damaged);
            refuses(Arrays.copyOf(state, random.nextInt(state.length)));
        }
        refuses(new byte[0]);
        refuses(Arrays.copyOf(state, state.length + 1));
    }

    private static void refuses(byte[] state) {
        assertThatThrownBy(() -> FittedEmbedder.of(state)).isInstanceOf(CorruptException.class);
    }

    @Test
    void findsEigenvectors() {
        Random random = new Random(11);
        int n = 40;
        double[][] factor = new double[n][n];
        for (double[] row : factor) {
            Arrays.setAll(row, _ -> random.nextGaussian());
        }
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    matrix[i][j] += factor[k][i] * factor[k][j];
                }
            }
        }
        double[][] vectors = Eigen.vectors(matrix);
        double before = Double.MAX_VALUE;
        for (double[] vector : vectors) {
            double[] image = new double[n];
            double value = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    image[i] += matrix[i][j] * vector[j];
                }
                value += image[i] * vector[i];
            }
            for (int i = 0; i < n; i++) {
                assertThat(image[i]).isCloseTo(value * vector[i], within(1e-5));
            }
            assertThat(value).isLessThanOrEqualTo(before);
            before = value;
        }
    }
}
