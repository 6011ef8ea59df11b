package dev.engram.db.keyword;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.MultiPhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * What a question asks of the words of a text.
 *
 * <pre>
 *   plain words      any of them; those that are rare, and come often in a short text, count most
 *   "some words"     a text without these, one behind the other, is no answer
 *   conf*            any word that begins like this
 * </pre>
 */
public final class WordQuery {

    /** The most different words of a question. */
    public static final int WORDS_MAX = 1000;

    private static final Pattern PIECE =
            Pattern.compile("\"([^\"]*)\"|(?<!\\S)(\\p{Alnum}{2,})\\*(?!\\S)");

    private final Analyzer analyzer;
    private final Map<String, Integer> words = new LinkedHashMap<>();
    private final List<Query> needed = new ArrayList<>();
    private final List<Query> prefixes = new ArrayList<>();

    private WordQuery(Analyzer analyzer) {
        this.analyzer = analyzer;
    }

    /**
     * Reads a question; no text is an error in it.
     *
     * @throws IllegalArgumentException where it has more than {@value #WORDS_MAX} different words
     */
    public static WordQuery parse(String question) {
        try (Analyzer analyzer = new WordAnalyzer()) {
            WordQuery query = new WordQuery(analyzer);
            query.read(question);
            return query;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(String question) throws IOException {
        Matcher piece = PIECE.matcher(question);
        StringBuilder plain = new StringBuilder();
        int end = 0;
        while (piece.find()) {
            plain.append(question, end, piece.start()).append(' ');
            end = piece.end();
            if (piece.group(1) == null) {
                addPrefix(piece.group(2));
            } else {
                addPhrase(piece.group(1));
            }
        }
        plain.append(question, end, question.length());
        addWords(plain.toString());
        if (words.size() + prefixes.size() + needed.size() > WORDS_MAX) {
            throw new IllegalArgumentException(
                    "question: %d different words (expected: at most %d)"
                            .formatted(words.size() + prefixes.size() + needed.size(), WORDS_MAX));
        }
    }

    private void addPrefix(String beginning) {
        String folded = analyzer.normalize(WordIndex.TEXT, beginning).utf8ToString();
        prefixes.add(new PrefixQuery(new Term(WordIndex.TEXT, folded)));
    }

    private void addWords(String text) throws IOException {
        try (TokenStream tokens = analyzer.tokenStream(WordIndex.TEXT, text)) {
            CharTermAttribute term = tokens.getAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                words.merge(term.toString(), 1, Integer::sum);
            }
            tokens.end();
        }
    }

    private void addPhrase(String text) throws IOException {
        List<List<Term>> places = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        try (TokenStream tokens = analyzer.tokenStream(WordIndex.TEXT, text)) {
            CharTermAttribute term = tokens.getAttribute(CharTermAttribute.class);
            PositionIncrementAttribute step = tokens.getAttribute(PositionIncrementAttribute.class);
            tokens.reset();
            int position = -1;
            while (tokens.incrementToken()) {
                position += step.getPositionIncrement();
                if (positions.isEmpty() || positions.getLast() != position) {
                    places.add(new ArrayList<>());
                    positions.add(position);
                }
                places.getLast().add(new Term(WordIndex.TEXT, term.toString()));
            }
            tokens.end();
        }
        if (places.isEmpty()) {
            return;
        }
        MultiPhraseQuery.Builder phrase = new MultiPhraseQuery.Builder();
        for (int i = 0; i < places.size(); i++) {
            phrase.add(places.get(i).toArray(Term[]::new), positions.get(i));
        }
        needed.add(phrase.build());
    }

    /** Whether nothing is left of it to look for: only stop words, or none. */
    public boolean isEmpty() {
        return words.isEmpty() && needed.isEmpty() && prefixes.isEmpty();
    }

    /** The terms any of which is looked for. */
    public List<String> terms() {
        return List.copyOf(words.keySet());
    }

    /** In the terms of Lucene. */
    Query query() {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        words.forEach(
                (word, times) -> {
                    Query one = new TermQuery(new Term(WordIndex.TEXT, word));
                    all.add(times == 1 ? one : new BoostQuery(one, times), Occur.SHOULD);
                });
        prefixes.forEach(prefix -> all.add(prefix, Occur.SHOULD));
        needed.forEach(phrase -> all.add(phrase, Occur.MUST));
        return all.build();
    }
}
