package dev.engram.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordsTest {

    private static final String NAME = "notes";

    @TempDir Path folder;

    private Database database;
    private Collection notes;

    @BeforeEach
    void open() {
        database = Database.open(folder, new WordModels());
        notes = database.collection(NAME, Schema.ofTexts(WordModels.NAME));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        database.close();
        open();
    }

    private static Search words(String question) {
        return Search.of(question).mode(Mode.KEYWORD);
    }

    private static List<String> ids(Answer answer) {
        return answer.matches().stream().map(match -> match.hit().id()).toList();
    }

    private List<String> found(String question) {
        return ids(notes.search(words(question)));
    }

    @Test
    void findsTextsByTheirWords() {
        notes.put(
                Point.of("a", "The heron waits at the river."),
                Point.of("b", "Rivers carry sand to the sea."),
                Point.of("c", "The cat sleeps."));

        assertThat(found("river")).containsExactlyInAnyOrder("a", "b");
        assertThat(found("sleeping CATS")).containsExactly("c");
        assertThat(found("whale")).isEmpty();
        assertThat(found("the of and")).isEmpty();
    }

    @Test
    void findsNamesOfProgramsByTheirParts() {
        notes.put(
                Point.of("camel", "void parseHttpHeader(String line)"),
                Point.of("snake", "def parse_http_body(line): pass"),
                Point.of("other", "class Renderer"));

        assertThat(found("http header")).startsWith("camel").contains("snake");
        assertThat(found("parse_http_body")).startsWith("snake");
        assertThat(found("parseHttpHeader")).startsWith("camel");
    }

    @Test
    void wantsWordsInQuotesOneBehindTheOther() {
        notes.put(
                Point.of("a", "a point in time is restored"),
                Point.of("b", "time is on the point of running out"));

        assertThat(found("\"point in time\"")).containsExactly("a");
        assertThat(found("point time")).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void findsWordsByTheirBeginning() {
        notes.put(Point.of("a", "configuration of the server"), Point.of("b", "a confused cat"));

        assertThat(found("config*")).containsExactly("a");
        assertThat(found("conf*")).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void weighsWordsByTheFormula() {
        Random random = new Random(7);
        Map<String, List<String>> texts = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            texts.put(
                    "t" + i,
                    IntStream.range(0, 1 + random.nextInt(18))
                            .mapToObj(_ -> "word" + (char) ('a' + random.nextInt(12)))
                            .toList());
        }
        notes.put(
                texts.entrySet().stream()
                        .map(text -> Point.of(text.getKey(), String.join(" ", text.getValue())))
                        .toList());
        for (float[] weights : new float[][] {{1.2f, 0.75f}, {0.4f, 0}, {2, 1}}) {
            Search wish = words("worda wordc").k(100).words(weights[0], weights[1]);
            Map<String, Double> expected = bm25(texts, List.of("worda", "wordc"), weights);
            List<Answer.Match> matches = notes.search(wish).matches();
            assertThat(ids(notes.search(wish))).hasSameElementsAs(expected.keySet());
            for (Answer.Match match : matches) {
                assertThat((double) match.hit().score())
                        .isCloseTo(expected.get(match.hit().id()), within(1e-4));
            }
        }
    }

    private static Map<String, Double> bm25(
            Map<String, List<String>> texts, List<String> question, float[] weights) {
        double mean = texts.values().stream().mapToInt(List::size).average().orElseThrow();
        Map<String, Double> scores = new HashMap<>();
        for (String word : question) {
            long with = texts.values().stream().filter(text -> text.contains(word)).count();
            double rare = Math.log(1 + (texts.size() - with + 0.5) / (with + 0.5));
            texts.forEach(
                    (id, text) -> {
                        double times = text.stream().filter(word::equals).count();
                        double length = 1 - weights[1] + weights[1] * text.size() / mean;
                        if (times > 0) {
                            scores.merge(
                                    id, rare * times / (times + weights[0] * length), Double::sum);
                        }
                    });
        }
        return scores;
    }

    @Test
    void answersOnlyWhatIsThere() {
        notes.put(Point.of("a", "old heron"), Point.of("b", "heron"));
        assertThat(found("heron")).containsExactlyInAnyOrder("a", "b");

        notes.put(Point.of("a", "new cat"));
        notes.delete("b");

        assertThat(found("heron")).isEmpty();
        assertThat(found("cat")).containsExactly("a");
    }

    @Test
    void agreesWithALookAtAllTextsAfterRandomWork() {
        Random random = new Random(3);
        Map<String, String> there = new HashMap<>();
        for (int step = 0; step < 300; step++) {
            String id = "id" + random.nextInt(40);
            if (random.nextInt(4) == 0) {
                notes.delete(id);
                there.remove(id);
            } else {
                String text = "stone" + random.nextInt(9) + " leaf" + random.nextInt(9);
                notes.put(Point.of(id, text));
                there.put(id, text);
            }
            if (random.nextInt(60) == 0) {
                reopen();
            }
            if (random.nextInt(5) == 0) {
                String word = "leaf" + random.nextInt(9);
                Set<String> expected =
                        there.entrySet().stream()
                                .filter(
                                        text ->
                                                Arrays.asList(text.getValue().split(" "))
                                                        .contains(word))
                                .map(Map.Entry::getKey)
                                .collect(Collectors.toSet());
                Set<String> answered = new TreeSet<>(ids(notes.search(words(word).k(100))));
                answered.removeIf(it -> !there.get(it).contains(word));
                assertThat(answered).as("step %d", step).isEqualTo(expected);
            }
        }
    }

    @Test
    void readsThePast() {
        Schema kept = Schema.ofTexts(WordModels.NAME).keeping(Duration.ofHours(1));
        Collection past = database.collection("past", kept);
        past.put(Point.of("a", "heron"));
        Instant before = Instant.now();
        while (!Instant.now().isAfter(before.plusMillis(2))) {
            Thread.onSpinWait();
        }
        past.put(Point.of("a", "cat"));

        assertThat(ids(past.search(words("heron")))).isEmpty();
        assertThat(ids(past.asOf(before).search(words("heron")))).containsExactly("a");
        assertThat(ids(past.asOf(before).search(words("cat")))).isEmpty();
    }

    @Test
    void answersOnlyWhatAFilterAccepts() {
        for (int i = 0; i < 50; i++) {
            notes.put(Point.of("p" + i, "heron", Map.of("year", (long) i)));
        }
        Search wish = words("heron").k(5).filter(Filter.parse("year >= 45"));

        assertThat(ids(notes.search(wish)))
                .containsExactlyInAnyOrder("p45", "p46", "p47", "p48", "p49");
        assertThat(ids(notes.search(wish.mode(Mode.HYBRID))))
                .containsExactlyInAnyOrder("p45", "p46", "p47", "p48", "p49");
    }

    @Test
    void makesDamagedWordsAnew() throws IOException {
        notes.put(Point.of("a", "heron"));
        assertThat(found("heron")).containsExactly("a");
        database.close();
        try (Stream<Path> files = Files.walk(folder.resolve("words"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                Arrays.fill(bytes, (byte) 7);
                Files.write(file, bytes);
            }
        }
        open();

        assertThat(found("heron")).containsExactly("a");
    }

    @Test
    void makesMissingWordsAnew() throws IOException {
        notes.put(Point.of("a", "heron"));
        assertThat(found("heron")).containsExactly("a");
        database.close();
        try (Stream<Path> files = Files.walk(folder.resolve("words"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        open();

        assertThat(found("heron")).containsExactly("a");
    }

    @Test
    void findsInADatabaseOpenForReadingWhatIsNotInItsWordsYet() {
        notes.put(Point.of("a", "heron"));
        assertThat(found("heron")).containsExactly("a");
        reopen();
        notes.put(Point.of("b", "another heron"));
        database.close();
        try (Database reading = Database.openReadOnly(folder, new WordModels())) {
            assertThat(ids(reading.collection(NAME).search(words("heron"))))
                    .containsExactlyInAnyOrder("a", "b");
        }
        open();
    }

    @Test
    void removesTheWordsOfADroppedCollection() {
        notes.put(Point.of("a", "heron"));
        assertThat(found("heron")).hasSize(1);
        assertThat(notes.info().bytes().keyword()).isNotNegative();
        database.drop(NAME);

        assertThat(folder.resolve("words"))
                .satisfiesAnyOf(
                        words -> assertThat(words).doesNotExist(),
                        words -> assertThat(words).isEmptyDirectory());
    }

    @Test
    void aLoadedCollectionHasItsWords() {
        try (Loader loader = database.load("loaded", Schema.ofTexts(WordModels.NAME))) {
            loader.add(List.of(Point.of("a", "heron"), Point.of("b", "cat")));
            loader.commit();
        }
        assertThat(ids(database.collection("loaded").search(words("heron")))).containsExactly("a");
        assertThat(database.collection("loaded").info().bytes().keyword()).isPositive();
    }

    @Test
    void putsMeaningAndWordsTogether() {
        for (int i = 0; i < 30; i++) {
            notes.put(Point.of("p" + i, "filler number" + i));
        }
        notes.put(Point.of("both", "heron river"), Point.of("one", "heron cat dog bird"));
        Answer answer = notes.search(Search.of("heron river").k(3));

        assertThat(ids(answer)).startsWith("both");
        assertThat(answer.wordWeight()).isBetween(0.1, 0.5);
        Answer.Match best = answer.matches().getFirst();
        assertThat(best.meaning()).isNotNull();
        assertThat(best.words()).isNotNull();
        assertThat(best.meaning().rank()).isEqualTo(1);
        assertThat(best.words().rank()).isEqualTo(1);
        assertThat(best.hit().score()).isCloseTo(1, within(1e-6f));
    }

    @Test
    void fusesByTheRulesThatWereAskedFor() {
        for (int i = 0; i < 30; i++) {
            notes.put(Point.of("p" + i, "heron number" + i + " w" + i % 7));
        }
        Search wish = Search.of("heron number3 w3").k(10);
        List<String> meaning = ids(notes.search(wish.mode(Mode.VECTOR)));
        List<String> words = ids(notes.search(wish.mode(Mode.KEYWORD)));

        assertThat(ids(notes.search(wish.fusion(new Fusion.Linear(0))))).isEqualTo(meaning);
        assertThat(ids(notes.search(wish.fusion(new Fusion.Linear(1))))).isEqualTo(words);
        assertThat(ids(notes.search(wish.fusion(new Fusion.Cascade(5))))).isEqualTo(words);
        assertThat(notes.search(wish.fusion(new Fusion.Ranks())).matches())
                .allSatisfy(
                        match -> {
                            double sum = 0;
                            for (Answer.Place place : places(match)) {
                                sum += 1.0 / (60 + place.rank());
                            }
                            assertThat((double) match.hit().score()).isCloseTo(sum, within(1e-6));
                        });
    }

    private static List<Answer.Place> places(Answer.Match match) {
        List<Answer.Place> places = new ArrayList<>();
        if (match.meaning() != null) {
            places.add(match.meaning());
        }
        if (match.words() != null) {
            places.add(match.words());
        }
        return places;
    }

    @Test
    void refusesWhatCannotBeAsked() {
        assertThatThrownBy(() -> Search.of(new float[] {1}).mode(Mode.KEYWORD))
                .hasMessageContaining("no text");
        assertThatThrownBy(() -> Search.of("x").k(0)).hasMessageContaining("k: 0");
        assertThatThrownBy(() -> Search.of("x").words(-1, 0)).hasMessageContaining("k1: -1");
        assertThatThrownBy(() -> Search.of("x").words(1, 2)).hasMessageContaining("b: 2");
        assertThatThrownBy(() -> new Fusion.Linear(1.5)).hasMessageContaining("words: 1.5");
        String many =
                IntStream.range(0, 1001).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
        assertThatThrownBy(() -> notes.search(words(many)))
                .hasMessageContaining("different words (expected: at most 1000)");
    }
}
