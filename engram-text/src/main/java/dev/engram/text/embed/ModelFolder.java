package dev.engram.text.embed;

import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.text.embed.ModelFiles.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a model, as sentence-transformers and Model2Vec lay it out.
 *
 * <pre>
 *   model.onnx, or onnx/model*.onnx            the network, or
 *   model.safetensors                          the table of a static model
 *   tokenizer.json                             how text becomes tokens
 *   config.json                                dimension, positions
 *   modules.json, 1_Pooling/config.json        from tokens to a text
 *   sentence_bert_config.json                  tokens read at once
 *   config_sentence_transformers.json          prompts
 *   {@value #OWN}                                ours: source, revision, prefixes; has the last word
 * </pre>
 *
 * <p>Pickles ({@code .bin}, {@code .pt}, {@code .pkl}) are never opened: they are programs.
 */
public final class ModelFolder {

    /** What engram itself knows of a model. */
    public static final String OWN = "engram.json";

    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String TABLE = "model.safetensors";

    private static final long TOKENIZER_BYTES_MAX = 64L << 20;
    private static final int WINDOW_DEFAULT = 512;
    private static final List<String> GRAPHS =
            List.of(
                    "model.onnx",
                    "onnx/model.onnx",
                    "onnx/model_quantized.onnx",
                    "onnx/model_int8.onnx");

    /** Models whose first positions are taken by padding. */
    private static final Set<String> PADDED_POSITIONS =
            Set.of("roberta", "xlm-roberta", "camembert", "mpnet", "longformer");

    private final String name;
    private final Path folder;
    private final @Nullable Path chosen;
    private final Json config;
    private final Json own;

    private ModelFolder(String name, Path folder, @Nullable Path chosen) {
        this.name = name;
        this.folder = folder;
        this.chosen = chosen;
        config = Json.ifThere(folder.resolve(CONFIG));
        own = Json.ifThere(folder.resolve(OWN));
    }

    /**
     * Looks into a folder.
     *
     * @param name what users call the model
     * @param path the folder, or a graph in it or in its folder {@code onnx}
     * @throws NotFoundException where there is no model
     */
    public static ModelFolder of(String name, Path path) {
        if (Files.isRegularFile(path) && path.toString().endsWith(".onnx")) {
            Path home = parent(path);
            boolean below = "onnx".equals(String.valueOf(home.getFileName()));
            return new ModelFolder(name, below ? parent(home) : home, path);
        }
        if (!Files.isDirectory(path)) {
            throw new NotFoundException("no embedding model in " + path + ": no such folder");
        }
        return new ModelFolder(name, path, null);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    /** Whether it is a static model: a table of vectors, and no network. */
    public boolean isStatic() {
        boolean named =
                config.at("model_type").value() instanceof String type && type.equals("model2vec");
        return chosen == null && (named || staticTable() != null) && graphs().isEmpty();
    }

    private @Nullable Path staticTable() {
        Path table = folder.resolve(TABLE);
        for (Json module : modules()) {
            if (typeOf(module).equals("StaticEmbedding")) {
                Path below = inside(module.at("path").textOr("")).resolve(TABLE);
                return Files.isRegularFile(below) ? below : table;
            }
        }
        return config.at("model_type").textOr("").equals("model2vec") ? table : null;
    }

    /** Opens what is there. */
    public TextEmbedder open(int threads, Path cache) {
        return isStatic() ? StaticEmbedder.open(this, cache) : openOnnx(threads, cache);
    }

    private TextEmbedder openOnnx(int threads, Path cache) {
        return new OnnxEmbedder(onnx(), threads, cache);
    }

    String name() {
        return name;
    }

    Json config() {
        return config;
    }

    String revision() {
        return own.at("revision").textOr("");
    }

    /** The table of a static model. */
    Path table() {
        Path table = staticTable();
        if (table == null || !Files.isRegularFile(table)) {
            throw nothing();
        }
        return table;
    }

    /** The folder where the tokenizer is. */
    Path tokenizerFile() {
        Path file = folder.resolve(TOKENIZER);
        for (Json module : modules()) {
            Path below = inside(module.at("path").textOr("")).resolve(TOKENIZER);
            if (!Files.isRegularFile(file) && Files.isRegularFile(below)) {
                return below;
            }
        }
        return file;
    }

    /** The content of tokenizer.json. */
    byte[] tokenizer() {
        Path file = tokenizerFile();
        try {
            if (!Files.isRegularFile(file)) {
                throw new NotFoundException(
                        "no tokenizer.json in " + folder + "; export the model with its tokenizer");
            }
            long size = Files.size(file);
            if (size > TOKENIZER_BYTES_MAX) {
                throw new UnavailableException(
                        file
                                + ": "
                                + size
                                + " bytes (expected: at most "
                                + TOKENIZER_BYTES_MAX
                                + ")");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UnavailableException("cannot read " + file, e);
        }
    }

    /** The files of a sentence transformer. */
    ModelFiles onnx() {
        Path graph = graph();
        return new ModelFiles(
                name, revision(), manner(), new Graph.InFile(graph, weights(graph)), tokenizer());
    }

    private Path graph() {
        if (chosen != null) {
            return chosen;
        }
        List<Path> graphs = graphs();
        if (graphs.isEmpty()) {
            throw nothing();
        }
        for (String usual : GRAPHS) {
            Path path = folder.resolve(usual);
            if (graphs.contains(path)) {
                return path;
            }
        }
        if (graphs.size() > 1) {
            throw new NotFoundException(
                    "several graphs in "
                            + folder
                            + ": "
                            + String.join(
                                    ", ",
                                    graphs.stream()
                                            .map(path -> folder.relativize(path).toString())
                                            .toList())
                            + "; name one of the files");
        }
        return graphs.getFirst();
    }

    private List<Path> graphs() {
        List<Path> found = new ArrayList<>();
        for (Path place : List.of(folder, folder.resolve("onnx"))) {
            found.addAll(files(place, ".onnx"));
        }
        return found;
    }

    /** Weights too large for the graph's own file. */
    private static List<Path> weights(Path graph) {
        List<Path> found = new ArrayList<>();
        Path home = parent(graph);
        String stem = String.valueOf(graph.getFileName());
        for (String end : List.of("_data", ".data")) {
            found.addAll(
                    files(home, end).stream()
                            .filter(path -> String.valueOf(path.getFileName()).startsWith(stem))
                            .toList());
        }
        return found;
    }

    private static List<Path> files(Path folder, String end) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.toString().endsWith(end))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UnavailableException("cannot list " + folder, e);
        }
    }

    private NotFoundException nothing() {
        boolean pickle = Files.exists(folder.resolve("pytorch_model.bin"));
        return new NotFoundException(
                "no embedding model in "
                        + folder
                        + " (expected: model.onnx, onnx/model*.onnx, or model.safetensors of"
                        + " Model2Vec)"
                        + (pickle ? "; a pickle is never opened: export the model to ONNX" : ""));
    }

    private Manner manner() {
        Pooling pooling = Pooling.MEAN;
        boolean normalise = modules().isEmpty();
        Json pool = new Json(CONFIG, null);
        for (Json module : modules()) {
            switch (typeOf(module)) {
                case "Transformer" -> {}
                case "Pooling" -> {
                    pool = Json.ifThere(inside(module.at("path").textOr("")).resolve(CONFIG));
                    pooling = pooling(pool);
                }
                case "Normalize" -> normalise = true;
                default ->
                        throw new UnavailableException(
                                "model "
                                        + name
                                        + " has a module "
                                        + module.at("type").textOr("?")
                                        + " (known: Transformer, Pooling, Normalize)");
            }
        }
        return checked(new Draft(dimension(pool), window(), pooling, normalise));
    }

    /** A manner without its prefixes. */
    private record Draft(int dimension, int window, Pooling pooling, boolean normalise) {}

    private Manner checked(Draft draft) {
        try {
            return new Manner(
                    draft.dimension,
                    draft.window,
                    draft.pooling,
                    draft.normalise,
                    prefix("query_prefix", "query"),
                    prefix("passage_prefix", "passage", "document", "corpus"));
        } catch (IllegalArgumentException e) {
            throw new UnavailableException("model " + name + ": " + e.getMessage(), e);
        }
    }

    private List<Json> modules() {
        return Json.ifThere(folder.resolve("modules.json")).itemsOrNone();
    }

    private static String typeOf(Json module) {
        String type = module.at("type").textOr("");
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** A folder below this one: what a file names must not lead out of it. */
    private Path inside(String path) {
        Path inside = folder.resolve(path).normalize();
        if (!inside.startsWith(folder.normalize())) {
            throw new UnavailableException(
                    folder.resolve("modules.json") + " leads out of its folder: " + path);
        }
        return inside;
    }

    private Pooling pooling(Json pool) {
        List<Pooling> wanted = new ArrayList<>();
        add(pool, "pooling_mode_mean_tokens", Pooling.MEAN, wanted);
        add(pool, "pooling_mode_cls_token", Pooling.CLS, wanted);
        add(pool, "pooling_mode_max_tokens", Pooling.MAX, wanted);
        add(pool, "pooling_mode_lasttoken", Pooling.LAST, wanted);
        boolean others =
                pool.at("pooling_mode_mean_sqrt_len_tokens").flagOr(false)
                        || pool.at("pooling_mode_weightedmean_tokens").flagOr(false);
        if (wanted.size() != 1 || others) {
            throw new UnavailableException(
                    pool.what()
                            + ": pooling of model "
                            + name
                            + " (expected: one of mean, cls, max and last token)");
        }
        return wanted.getFirst();
    }

    private static void add(Json pool, String flag, Pooling pooling, List<Pooling> wanted) {
        if (pool.at(flag).flagOr(false)) {
            wanted.add(pooling);
        }
    }

    private int dimension(Json pool) {
        for (Json place :
                List.of(
                        pool.at("word_embedding_dimension"),
                        config.at("hidden_size"),
                        config.at("dim"),
                        config.at("d_model"),
                        config.at("n_embd"))) {
            if (place.isThere()) {
                return (int) Math.min(Integer.MAX_VALUE, place.number());
            }
        }
        throw new UnavailableException(
                folder.resolve(CONFIG)
                        + ": no dimension of model "
                        + name
                        + " (expected: hidden_size)");
    }

    private int window() {
        long own =
                Json.ifThere(folder.resolve("sentence_bert_config.json"))
                        .at("max_seq_length")
                        .numberOr(Long.MAX_VALUE);
        long tokens =
                Json.ifThere(folder.resolve("tokenizer_config.json"))
                        .at("model_max_length")
                        .numberOr(Long.MAX_VALUE);
        long positions = config.at("max_position_embeddings").numberOr(Long.MAX_VALUE);
        if (PADDED_POSITIONS.contains(config.at("model_type").textOr(""))) {
            positions -= 2;
        }
        long least = Math.min(own == Long.MAX_VALUE ? tokens : own, positions);
        return (int) (least > Manner.WINDOW_MAX ? WINDOW_DEFAULT : least);
    }

    private String prefix(String own, String... prompts) {
        if (this.own.at(own).isThere()) {
            return this.own.at(own).text();
        }
        Json all = Json.ifThere(folder.resolve("config_sentence_transformers.json")).at("prompts");
        for (String prompt : prompts) {
            if (all.at(prompt).isThere()) {
                return all.at(prompt).text();
            }
        }
        return "";
    }
}
