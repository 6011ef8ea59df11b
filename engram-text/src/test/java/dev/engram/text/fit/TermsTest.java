package dev.engram.text.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TermsTest {

    private static void has(String text, String... terms) {
        assertThat(Terms.of(text).keySet().stream().toList())
                .as(text)
                .isEqualTo(Arrays.stream(terms).map(Terms::hash).toList());
    }

    @Test
    void areStemsInOrderOfFirstOccurrence() {
        has("The connections of Connected, connecting trees", "connect", "tree");
        assertThat(Terms.of("cat dog CAT cats").get(Terms.hash("cat"))).isEqualTo(3);
    }

    @Test
    void splitIdentifiers() {
        has("parseJSONFile", "pars", "json", "file");
        has("read_all_HTTPHeaders2", "read", "all", "http", "headers2");
        has("MAX_VALUE utf8", "max", "valu", "utf8");
    }

    @Test
    void loseThePossessive() {
        has("Newton's laws, don\u2019t", "newton", "law", "don\u2019t");
        has("the dogs' 'quoted'", "dog", "quot");
    }

    @Test
    void areCharactersWhereThereAreNoSpaces() {
        has("漢字かな", "漢", "字", "か", "な");
        has("カタカナ 한국어", "カタカナ", "한국어");
        assertThat(Terms.of("ก".repeat(200))).hasSize(2);
    }

    @Test
    void areNeverNone() {
        has("to be or not to be", "to", "be", "or", "not");
        has(" ?! ", "?!");
        has("\uD800", "\uD800");
    }

    @Test
    void areHashedAsTheFormatSays() {
        assertThat(Terms.hash("")).isEqualTo(0xcbf29ce484222325L);
        assertThat(Terms.hash("a")).isEqualTo(0xaf63dc4c8601ec8cL);
        assertThat(Terms.hash("foobar")).isEqualTo(0x85944171f73967e8L);
    }

    // From the examples of Porter's paper.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "caresses=caress ponies=poni ties=ti caress=caress cats=cat feed=feed",
                "agreed=agre plastered=plaster bled=bled motoring=motor sing=sing",
                "conflated=conflat troubled=troubl sized=size hopping=hop tanned=tan",
                "falling=fall hissing=hiss fizzed=fizz failing=fail filing=file happy=happi",
                "sky=sky relational=relat conditional=condit rational=ration digitizer=digit",
                "operator=oper feudalism=feudal decisiveness=decis hopefulness=hope",
                "callousness=callous formality=formal sensitivity=sensit triplicate=triplic",
                "formative=form formalize=formal electrical=electr hopeful=hope goodness=good",
                "revival=reviv allowance=allow inference=infer airliner=airlin",
                "adjustable=adjust defensible=defens irritant=irrit replacement=replac",
                "adjustment=adjust dependent=depend adoption=adopt communism=commun",
                "activate=activ homologous=homolog effective=effect bowdlerize=bowdler",
                "probate=probat rate=rate cease=ceas controll=control roll=roll",
                "generalizations=gener oscillators=oscil is=is naïve=naïve utf8=utf8"
            })
    void loseTheirEndings(String pairs) {
        for (String pair : pairs.split(" ", -1)) {
            String[] words = pair.split("=", -1);
            assertThat(Stemmer.stem(words[0])).as(words[0]).isEqualTo(words[1]);
        }
    }

    @Test
    void countTokensOfWordsByTheirLetters() {
        WordTokenizer tokenizer = new WordTokenizer("m", 100);
        String text = "Hello, extraordinary 漢字 x1 😀!\n";
        var tokens = tokenizer.tokenize(text);
        List<String> parts =
                IntStream.range(0, tokens.count())
                        .mapToObj(i -> text.substring(tokens.starts()[i], tokens.ends()[i]))
                        .toList();
        assertThat(parts)
                .containsExactly("Hello", ",", "extrao", "rdinar", "y", "漢", "字", "x1", "😀", "!");
        assertThat(tokens.beginsWord(2)).isTrue();
        assertThat(tokens.beginsWord(3)).isFalse();
        assertThat(tokens.beginsWord(5)).isTrue();
    }
}
