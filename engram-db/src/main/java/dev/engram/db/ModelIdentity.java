package dev.engram.db;

import java.util.ArrayList;
import java.util.List;

/**
 * What makes two embedding models the same: part of a collection's schema, so that vectors of
 * different models never meet in one index. Texts are empty where something is not known.
 *
 * @param provider where it runs: such as {@code onnx} for this process, or {@code ollama}
 * @param name what a user calls it, such as {@code all-MiniLM-L6-v2}, or a folder; {@link Models}
 *     find it by that
 * @param revision of its files, as their publisher counts
 * @param dimension components of its vectors
 * @param pooling how vectors of tokens become one: {@code mean}, {@code cls}, {@code max} or {@code
 *     last}
 * @param queryPrefix what is put in front of a question
 * @param passagePrefix what is put in front of a passage
 * @param normalised whether its vectors have length 1
 * @param fingerprint of all that decides the vectors and can be seen: of the model's files and of
 *     how they are used; of a remote model, of how it is asked
 */
public record ModelIdentity(
        String provider,
        String name,
        String revision,
        int dimension,
        String pooling,
        String queryPrefix,
        String passagePrefix,
        boolean normalised,
        String fingerprint) {

    public ModelIdentity {
        if (name.isBlank()) {
            throw new IllegalArgumentException("model name: blank (expected: a name)");
        }
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension: " + dimension + " (expected: >= 1)");
        }
    }

    /** A model of which no more is known. */
    public ModelIdentity(String name, int dimension, String fingerprint) {
        this("", name, "", dimension, "", "", "", false, fingerprint);
    }

    /**
     * Whether both give the same vectors. A model of a known provider may have moved to another
     * name; any other model is known by its name, too.
     */
    public boolean matches(ModelIdentity other) {
        boolean sameName =
                name.equals(other.name) || (!provider.isEmpty() && provider.equals(other.provider));
        return sameName && dimension == other.dimension && fingerprint.equals(other.fingerprint);
    }

    /** What is known of both and not the same, in words; may be empty. */
    String differences(ModelIdentity here) {
        List<String> found = new ArrayList<>();
        compare("provider", provider, here.provider, found);
        compare("revision", revision, here.revision, found);
        if (dimension != here.dimension) {
            found.add("dimension " + dimension + ", not " + here.dimension);
        }
        compare("pooling", pooling, here.pooling, found);
        if (!provider.isEmpty() && !here.provider.isEmpty()) {
            compareQuoted("query prefix", queryPrefix, here.queryPrefix, found);
            compareQuoted("passage prefix", passagePrefix, here.passagePrefix, found);
        }
        return String.join(", ", found);
    }

    private static void compare(String what, String wanted, String here, List<String> found) {
        if (!wanted.isEmpty() && !here.isEmpty() && !wanted.equals(here)) {
            found.add(what + " " + wanted + ", not " + here);
        }
    }

    private static void compareQuoted(String what, String wanted, String here, List<String> found) {
        if (!wanted.equals(here)) {
            found.add(what + " '" + wanted + "', not '" + here + "'");
        }
    }
}
