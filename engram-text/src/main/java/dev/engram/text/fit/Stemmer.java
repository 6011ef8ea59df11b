package dev.engram.text.fit;

/**
 * Takes the endings off English words: <em>connections</em>, <em>connected</em> and
 * <em>connecting</em> become <em>connect</em>. M. F. Porter, An algorithm for suffix stripping
 * (1980), with its author's later changes to step 2.
 *
 * <p>Fitted models are made of its stems: it must never change.
 */
final class Stemmer {

    private static final String[][] STEP_2 = {
        {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"},
        {"izer", "ize"}, {"bli", "ble"}, {"alli", "al"}, {"entli", "ent"},
        {"eli", "e"}, {"ousli", "ous"}, {"ization", "ize"}, {"ation", "ate"},
        {"ator", "ate"}, {"alism", "al"}, {"iveness", "ive"}, {"fulness", "ful"},
        {"ousness", "ous"}, {"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"},
        {"logi", "log"}
    };
    private static final String[][] STEP_3 = {
        {"icate", "ic"},
        {"ative", ""},
        {"alize", "al"},
        {"iciti", "ic"},
        {"ical", "ic"},
        {"ful", ""},
        {"ness", ""}
    };
    private static final String[] STEP_4 = {
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion",
        "ou", "ism", "ate", "iti", "ous", "ive", "ize"
    };

    private final StringBuilder word = new StringBuilder();

    private Stemmer(String lower) {
        word.append(lower);
    }

    /** The stem of a word in lower case; words of other letters than a to z stay as they are. */
    static String stem(String lower) {
        if (lower.length() <= 2) {
            return lower;
        }
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c < 'a' || c > 'z') {
                return lower;
            }
        }
        Stemmer stemmer = new Stemmer(lower);
        stemmer.plurals();
        stemmer.pastAndProgress();
        stemmer.finalY();
        stemmer.longest(STEP_2);
        stemmer.longest(STEP_3);
        stemmer.lastSuffix();
        stemmer.tidy();
        return stemmer.word.toString();
    }

    /** Step 1a. */
    private void plurals() {
        if (ends("sses") || ends("ies")) {
            cut(2);
        } else if (ends("s") && !ends("ss")) {
            cut(1);
        }
    }

    /** Step 1b. */
    private void pastAndProgress() {
        if (ends("eed")) {
            if (measure(3) > 0) {
                cut(1);
            }
        } else if (ends("ed") && hasVowel(2)) {
            cut(2);
            mend();
        } else if (ends("ing") && hasVowel(3)) {
            cut(3);
            mend();
        }
    }

    private void mend() {
        if (ends("at") || ends("bl") || ends("iz")) {
            word.append('e');
        } else if (endsDouble() && !ends("l") && !ends("s") && !ends("z")) {
            cut(1);
        } else if (measure(0) == 1 && endsShort(0)) {
            word.append('e');
        }
    }

    /** Step 1c. */
    private void finalY() {
        if (ends("y") && hasVowel(1)) {
            word.setCharAt(word.length() - 1, 'i');
        }
    }

    /** Steps 2 and 3: the longest suffix that fits is replaced, where something is before it. */
    private void longest(String[][] rules) {
        String[] found = null;
        for (String[] rule : rules) {
            if (ends(rule[0]) && (found == null || rule[0].length() > found[0].length())) {
                found = rule;
            }
        }
        if (found != null && measure(found[0].length()) > 0) {
            cut(found[0].length());
            word.append(found[1]);
        }
    }

    /** Step 4. */
    private void lastSuffix() {
        String found = "";
        for (String suffix : STEP_4) {
            if (suffix.length() > found.length() && ends(suffix)) {
                found = suffix;
            }
        }
        if (found.isEmpty() || measure(found.length()) <= 1) {
            return;
        }
        if (found.equals("ion")) {
            int before = word.length() - 4;
            if (before < 0 || (word.charAt(before) != 's' && word.charAt(before) != 't')) {
                return;
            }
        }
        cut(found.length());
    }

    /** Step 5. */
    private void tidy() {
        if (ends("e")) {
            int measure = measure(1);
            if (measure > 1 || (measure == 1 && !endsShort(1))) {
                cut(1);
            }
        }
        if (ends("ll") && measure(1) > 1) {
            cut(1);
        }
    }

    private boolean ends(String suffix) {
        int at = word.length() - suffix.length();
        return at >= 0 && word.indexOf(suffix, at) == at;
    }

    private void cut(int letters) {
        word.setLength(word.length() - letters);
    }

    private boolean isConsonant(int at) {
        return switch (word.charAt(at)) {
            case 'a', 'e', 'i', 'o', 'u' -> false;
            case 'y' -> at == 0 || !isConsonant(at - 1);
            default -> true;
        };
    }

    /** How many times a consonant follows a vowel, that many last letters aside. */
    private int measure(int aside) {
        int count = 0;
        boolean vowel = false;
        for (int i = 0; i < word.length() - aside; i++) {
            boolean consonant = isConsonant(i);
            if (consonant && vowel) {
                count++;
            }
            vowel = !consonant;
        }
        return count;
    }

    private boolean hasVowel(int aside) {
        for (int i = 0; i < word.length() - aside; i++) {
            if (!isConsonant(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean endsDouble() {
        int last = word.length() - 1;
        return last > 0 && word.charAt(last) == word.charAt(last - 1) && isConsonant(last);
    }

    /** Consonant, vowel, consonant, the last of which is none of w, x and y. */
    private boolean endsShort(int aside) {
        int last = word.length() - aside - 1;
        return last >= 2
                && isConsonant(last)
                && !isConsonant(last - 1)
                && isConsonant(last - 2)
                && "wxy".indexOf(word.charAt(last)) < 0;
    }
}
