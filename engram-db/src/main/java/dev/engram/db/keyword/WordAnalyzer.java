package dev.engram.db.keyword;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * Cuts texts into the terms that are indexed and looked up, both in the same way.
 *
 * <pre>
 *   text ──► words (Unicode) ──► parts of names ──► lower case, no accents ──► no stop words ──► stems
 *            parseHttpHeader     parse Http Header  parse http header
 * </pre>
 *
 * A name is kept whole beside its parts, so who writes it as it stands finds it first. Stems are
 * English; words of other languages mostly pass unchanged.
 */
public final class WordAnalyzer extends Analyzer {

    /**
     * Changes whenever a text would be cut into other terms: what was indexed before is of no use.
     */
    static final String VERSION = "1";

    private static final int PARTS =
            WordDelimiterGraphFilter.GENERATE_WORD_PARTS
                    | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS
                    | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE
                    | WordDelimiterGraphFilter.SPLIT_ON_NUMERICS
                    | WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE
                    | WordDelimiterGraphFilter.PRESERVE_ORIGINAL;

    @Override
    protected TokenStreamComponents createComponents(String field) {
        StandardTokenizer words = new StandardTokenizer();
        TokenStream parts = new WordDelimiterGraphFilter(words, PARTS, null);
        // An index knows positions, but not how long a term reaches.
        TokenStream flat = new FlattenGraphFilter(parts);
        TokenStream plain = new ASCIIFoldingFilter(new LowerCaseFilter(flat));
        TokenStream telling = new StopFilter(plain, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
        return new TokenStreamComponents(words, new PorterStemFilter(telling));
    }
}
