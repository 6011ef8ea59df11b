package dev.engram.text.hub;

import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.text.embed.Json;
import dev.engram.text.embed.ModelFolder;
import dev.engram.text.hub.Hub.Listing;
import dev.engram.text.hub.Hub.RemoteFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models that were pulled, each in a folder of its own.
 *
 * <pre>
 *   FOLDER/ORG--NAME/                a model, whole and checked
 *   FOLDER/.pulling-ORG--NAME-REV/   what is there of one that is being pulled
 * </pre>
 */
public final class ModelStore {

    private static final Pattern ID = Pattern.compile("\\w[\\w.-]{0,95}/\\w[\\w.-]{0,95}");
    private static final Pattern REVISION = Pattern.compile("[\\w.-]{1,100}");
    private static final Pattern SMALL =
            Pattern.compile(
                    "(config|tokenizer|tokenizer_config|modules|sentence_bert_config"
                            + "|config_sentence_transformers)\\.json|\\d+_\\w+/config\\.json");
    private static final Pattern GRAPH = Pattern.compile("(onnx/)?[\\w.-]+\\.onnx");
    private static final List<String> GRAPHS =
            List.of("onnx/model.onnx", "model.onnx", "onnx/model_quantized.onnx");
    private static final String TABLE = "model.safetensors";
    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final Map<String, String> environment;

    /**
     * @param folder where they are kept; made at the first pull
     * @param environment with {@code HF_ENDPOINT}, {@code HF_TOKEN} and {@code HF_HUB_OFFLINE}
     */
    public ModelStore(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** Told how far a pull is. */
    @FunctionalInterface
    public interface Listener {

        /**
         * @param file that is being fetched
         * @param bytes of it that are there
         * @param total of it; -1 for unknown
         */
        void at(String file, long bytes, long total);
    }

    /** The folder of a model; null where it was not pulled. */
    public @Nullable Path find(String id) {
        if (!ID.matcher(id).matches()) {
            return null;
        }
        Path place = place(id);
        return Files.isDirectory(place) ? place : null;
    }

    private Path place(String id) {
        return folder.resolve(id.replace("/", "--"));
    }

    /** The names of the models that were pulled. */
    public List<String> names() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> places = Files.list(folder)) {
            return places.filter(Files::isDirectory)
                    .map(place -> String.valueOf(place.getFileName()))
                    .filter(name -> name.contains("--") && !name.startsWith("."))
                    .map(name -> name.replaceFirst("--", "/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UnavailableException("cannot list " + folder, e);
        }
    }

    /** Removes a model that was pulled. */
    public void remove(String id) {
        Path place = find(id);
        if (place == null) {
            throw new NotFoundException(
                    "no model '" + id + "' was pulled (there are: " + names() + ")");
        }
        delete(place);
    }

    /**
     * Fetches a model from the hub; what of an earlier try is there already is not fetched again.
     *
     * @param wanted {@code ORG/NAME}, or with {@code @REVISION}
     * @param graph which of its networks; null for the usual one
     * @return its folder
     */
    public Path pull(String wanted, @Nullable String graph, Listener listener) {
        int at = wanted.indexOf('@');
        String id = at < 0 ? wanted : wanted.substring(0, at);
        String revision = at < 0 ? "main" : wanted.substring(at + 1);
        if (!ID.matcher(id).matches() || !REVISION.matcher(revision).matches()) {
            throw new IllegalArgumentException(
                    "model: '" + wanted + "' (expected: ORG/NAME or ORG/NAME@REVISION)");
        }
        try (Hub hub = new Hub(environment)) {
            Listing listing = hub.listing(id, revision);
            Path pulling =
                    folder.resolve(".pulling-" + id.replace("/", "--") + "-" + listing.revision());
            Files.createDirectories(pulling);
            for (RemoteFile file : chosen(id, listing, graph)) {
                fetch(hub, id, listing.revision(), file, pulling, listener);
            }
            if (Files.isRegularFile(pulling.resolve(TABLE))
                    && !ModelFolder.of(id, pulling).isStatic()) {
                delete(pulling);
                throw nothing(id);
            }
            describe(id, listing.revision(), pulling);
            return install(pulling, place(id));
        } catch (IOException e) {
            throw new UnavailableException("cannot write to " + folder + ": " + e.getMessage(), e);
        }
    }

    private static NotFoundException nothing(String id) {
        return new NotFoundException(
                "no ONNX network and no static table in "
                        + id
                        + "; export it with: optimum-cli export onnx --model "
                        + id
                        + " FOLDER");
    }

    private static List<RemoteFile> chosen(String id, Listing listing, @Nullable String graph) {
        List<String> names = listing.files().stream().map(RemoteFile::name).toList();
        String network = network(id, names, graph);
        List<RemoteFile> files = new ArrayList<>();
        for (RemoteFile file : listing.files()) {
            boolean weights = file.name().equals(network + "_data");
            if (SMALL.matcher(file.name()).matches() || file.name().equals(network) || weights) {
                files.add(file);
            }
        }
        // Small ones first: what is wrong with them shows before much was fetched.
        files.sort(Comparator.comparingLong(RemoteFile::bytes));
        return files;
    }

    private static String network(String id, List<String> names, @Nullable String graph) {
        if (graph != null) {
            if (!names.contains(graph) || !GRAPH.matcher(graph).matches()) {
                List<String> there =
                        names.stream().filter(name -> GRAPH.matcher(name).matches()).toList();
                throw new NotFoundException(
                        "no " + graph + " in " + id + " (there are: " + there + ")");
            }
            return graph;
        }
        return GRAPHS.stream()
                .filter(names::contains)
                .findFirst()
                .or(() -> names.stream().filter(TABLE::equals).findFirst())
                .orElseThrow(() -> nothing(id));
    }

    private static void fetch(
            Hub hub, String id, String revision, RemoteFile file, Path pulling, Listener listener)
            throws IOException {
        Path whole = pulling.resolve(file.name());
        if (Files.isRegularFile(whole)) {
            return;
        }
        Files.createDirectories(Objects.requireNonNull(whole.getParent()));
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        hub.fetch(id, revision, file, part, bytes -> listener.at(file.name(), bytes, file.bytes()));
        String trouble = trouble(file, part);
        if (trouble != null) {
            Files.delete(part);
            throw new UnavailableException(
                    file.name() + " of " + id + " came damaged: " + trouble + "; pull again");
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    private static @Nullable String trouble(RemoteFile file, Path part) throws IOException {
        boolean large = file.sha256() != null;
        String expected = large ? file.sha256() : file.gitBlob();
        if (expected == null) {
            return "the hub tells no checksum";
        }
        MessageDigest digest = digest(large ? "SHA-256" : "SHA-1");
        if (!large) {
            digest.update(("blob " + Files.size(part) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        try (InputStream in = Files.newInputStream(part)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        String found = HexFormat.of().formatHex(digest.digest());
        return found.equals(expected)
                ? null
                : "checksum " + found + " (expected: " + expected + ")";
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has " + algorithm, e);
        }
    }

    /** Writes where the model is from, and prefixes that its files do not tell. */
    private static void describe(String id, String revision, Path pulling) throws IOException {
        StringBuilder own = new StringBuilder();
        own.append("{\"source\":\"").append(id).append("\",\"revision\":\"").append(revision);
        own.append('"');
        String name = id.substring(id.indexOf('/') + 1).toLowerCase(Locale.ROOT);
        boolean silent =
                !Json.ifThere(pulling.resolve("config_sentence_transformers.json"))
                        .at("prompts")
                        .at("query")
                        .isThere();
        if (silent && name.matches("(multilingual-)?e5-(small|base|large)(-v2)?")) {
            own.append(",\"query_prefix\":\"query: \",\"passage_prefix\":\"passage: \"");
        } else if (silent && name.matches("bge-(small|base|large)-en(-v1\\.5)?")) {
            own.append(
                    ",\"query_prefix\":\"Represent this sentence for searching relevant passages:"
                            + " \"");
        }
        Files.writeString(pulling.resolve(ModelFolder.OWN), own.append("}\n"));
    }

    private static Path install(Path pulling, Path place) throws IOException {
        if (Files.isDirectory(place)) {
            Path old = place.resolveSibling(".old-" + place.getFileName());
            if (Files.exists(old)) {
                delete(old);
            }
            Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
            Files.move(pulling, place, StandardCopyOption.ATOMIC_MOVE);
            delete(old);
        } else {
            Files.move(pulling, place, StandardCopyOption.ATOMIC_MOVE);
        }
        return place;
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UnavailableException("cannot remove " + folder, e);
        }
    }
}
