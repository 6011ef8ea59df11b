package dev.engram.text.embed;

import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of a {@code tokenizer.json}, by their ids.
 *
 * @param tokens the token of each id; empty where an id has none
 * @param unknown the id of what has no token; -1 for none
 */
record Vocabulary(List<String> tokens, long unknown) {

    private static final int IDS_MAX = 4 << 20;

    /** How many ids there are. */
    int size() {
        return tokens.size();
    }

    /**
     * Reads it.
     *
     * @param what the name of the file
     * @param json its content
     */
    static Vocabulary of(String what, byte[] json) {
        Json file;
        try {
            file = Json.of(what, json);
        } catch (IOException e) {
            throw new UnavailableException(what + " is no JSON", e);
        }
        Json model = file.at("model");
        Json vocabulary = model.at("vocab");
        List<String> tokens = new ArrayList<>();
        if (vocabulary.value() instanceof List<?>) {
            // Unigram: pairs of token and score, in the order of ids.
            for (Json pair : vocabulary.items()) {
                tokens.add(pair.items().getFirst().text());
            }
        } else {
            vocabulary.names().forEach(name -> put(vocabulary, name, tokens));
        }
        for (Json added : file.at("added_tokens").itemsOrNone()) {
            put(added.at("content").text(), added.at("id"), tokens);
        }
        if (tokens.isEmpty()) {
            throw new UnavailableException(what + ": no tokens (expected: model.vocab)");
        }
        return new Vocabulary(List.copyOf(tokens), unknown(model, tokens));
    }

    private static void put(Json vocabulary, String token, List<String> tokens) {
        put(token, vocabulary.at(token), tokens);
    }

    private static void put(String token, Json id, List<String> tokens) {
        long number = id.number();
        if (number < 0 || number >= IDS_MAX) {
            throw new UnavailableException(
                    id.what() + ": " + number + " (expected: 0.." + (IDS_MAX - 1) + ")");
        }
        int place = (int) number;
        if (place >= tokens.size()) {
            String[] more = new String[place + 1 - tokens.size()];
            Arrays.fill(more, "");
            tokens.addAll(Arrays.asList(more));
        }
        tokens.set(place, token);
    }

    private static long unknown(Json model, List<String> tokens) {
        long id = model.at("unk_id").numberOr(-1);
        if (id >= 0 || !(model.at("unk_token").value() instanceof String token)) {
            return id;
        }
        return tokens.indexOf(token);
    }
}
