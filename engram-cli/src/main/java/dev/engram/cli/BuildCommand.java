package dev.engram.cli;

import dev.engram.db.CollectionInfo;
import dev.engram.db.Database;
import dev.engram.db.Loader;
import dev.engram.db.Point;
import dev.engram.db.Schema;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import dev.engram.text.EmbeddedPassage;
import dev.engram.text.EmbeddingModels;
import dev.engram.text.Ingest;
import dev.engram.text.IngestReport;
import dev.engram.text.IngestSettings;
import dev.engram.text.Selection;
import dev.engram.text.Skipped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an index of files and folders. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = {
            "Make an index of files and folders.",
            "Read are text, Markdown, web pages, source code, PDF, Word, PowerPoint, Excel,"
                    + " OpenDocument, EPUB, RTF, mail, CSV, JSON, XML and notebooks. What git"
                    + " ignores, what .engramignore names and what is hidden is passed over.",
            "An index of that name is replaced when all is done; until then, and whatever goes"
                    + " wrong, it stays as it is."
        },
        footerHeading = "%nTry:%n",
        footer = {
            "  engram build notes --input ~/notes",
            "  engram build project --input README.md docs src --index flat",
            "  engram build papers --input ~/papers --file-types .pdf,.docx --exclude old/"
        })
final class BuildCommand implements Callable<Integer> {

    private static final int SKIPPED_SHOWN = 20;

    @Mixin Common common;

    @Parameters(paramLabel = "NAME", description = "The index: letters, digits, '.', '_', '-'.")
    String name;

    @Option(
            names = {"-i", "--input", "--docs"},
            required = true,
            arity = "1..*",
            paramLabel = "PATH",
            description = "Files and folders to index.")
    List<Path> inputs;

    @Option(
            names = "--recursive",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Enter folders in folders (default: yes).")
    boolean recursive;

    @Option(
            names = "--file-types",
            split = ",",
            paramLabel = "TYPE",
            description =
                    "Read only files whose names end so, as in .md,.pdf (default: whatever can be"
                            + " read).")
    Set<String> fileTypes = Set.of();

    @Option(
            names = "--exclude",
            paramLabel = "PATTERN",
            description =
                    "Pass over what matches, as a line of .gitignore would below each folder given:"
                            + " '*.log', '/old/', 'test/**'. May be repeated.")
    List<String> excluded = List.of();

    @Option(
            names = "--include-hidden",
            description = "Look at files and folders that begin with a dot, too.")
    boolean hidden;

    @Option(
            names = "--include-submodules",
            description = "Enter the repositories that git put into this one, too.")
    boolean submodules;

    @Option(
            names = "--no-ignore",
            description = "Read what .gitignore and .engramignore say is to be ignored, too.")
    boolean unignored;

    @Option(
            names = {"--model", "--embedding-model"},
            description =
                    "Embedding model: one that 'engram model list' shows, or the folder of one"
                            + " (default: ${DEFAULT-VALUE}).")
    String model = EmbeddingModels.DEFAULT;

    @Option(
            names = {"--index", "--backend", "--backend-name"},
            paramLabel = "KIND",
            description =
                    "hnsw, a graph: fast at any size; diskann, one on disk with little in memory;"
                        + " ivf_pq, inverted lists of codes: quickly built and small; scan, small"
                        + " codes of all passages, of which fewest are compared exactly; or flat:"
                        + " exact, and fast up to some ten thousand passages (default:"
                        + " ${DEFAULT-VALUE}).")
    IndexKind kind = IndexKind.HNSW;

    @Option(
            names = "--graph-degree",
            paramLabel = "N",
            description = "Links a node of the graph keeps, 2..128 (default: 16).")
    @Nullable Integer degree;

    @Option(
            names = {"--build-complexity", "--beam-build"},
            paramLabel = "N",
            description = "Candidates held while a node is linked, up to 4096 (default: 200).")
    @Nullable Integer beamBuild;

    @Option(
            names = "--codes",
            paramLabel = "CODES",
            description =
                    "What a search of the graph compares: none, the vectors; sq8, 8 bits for each"
                            + " number; rabitq1, rabitq2, rabitq3 or rabitq4, so many bits; pq,"
                            + " 8 bits for four;"
                            + " or blocks, the fastest and largest (default: none).")
    @Nullable Codes codes;

    @Option(
            names = {"--chunk-size", "--doc-chunk-size"},
            paramLabel = "N",
            description = "The most tokens of a passage (default: ${DEFAULT-VALUE}).")
    int chunkTokens = IngestSettings.DEFAULT.chunkTokens();

    @Option(
            names = {"--chunk-overlap", "--doc-chunk-overlap"},
            paramLabel = "N",
            description =
                    "The most tokens a passage repeats from the one before (default:"
                            + " ${DEFAULT-VALUE}).")
    int overlapTokens = IngestSettings.DEFAULT.overlapTokens();

    @Option(
            names = "--strict",
            description = "Fail, and change nothing, where a file cannot be read.")
    boolean strict;

    @Override
    public Integer call() {
        String model = common.model(this.model);
        Schema schema = Schema.ofTexts(model).with(spec());
        IngestSettings settings =
                IngestSettings.DEFAULT
                        .withFiles(selection())
                        .withChunks(chunkTokens, overlapTokens);
        long start = System.nanoTime();
        try (EmbeddingModels models = common.models()) {
            Ingest ingest = new Ingest(models, model, settings);
            List<Path> paths = inputs.stream().map(common::resolve).toList();
            // Asked before anything is opened or made: a misspelt path is the common mistake.
            ingest.check(paths);
            try (Database database = common.open(models);
                    Loader loader = database.load(name, schema)) {
                IngestReport report = embed(ingest, paths, loader);
                check(report);
                CollectionInfo info = loader.commit().info();
                tell(report, info, Duration.ofNanos(System.nanoTime() - start));
            }
        }
        return Shell.DONE;
    }

    private Selection selection() {
        return new Selection(recursive, hidden, submodules, unignored, fileTypes, excluded);
    }

    private IndexSpec spec() {
        if (kind == IndexKind.HNSW) {
            IndexSpec.Hnsw usual = new IndexSpec.Hnsw();
            int links = degree == null ? usual.degree() : degree;
            int beam = beamBuild == null ? Math.max(usual.beamBuild(), links) : beamBuild;
            return new IndexSpec.Hnsw(
                    links, beam, usual.seed(), codes == null ? usual.codes() : codes);
        }
        if (codes != null) {
            throw new IllegalArgumentException(
                    "--codes: " + codes + " (expected: none, or --index hnsw)");
        }
        if (kind == IndexKind.DISKANN) {
            IndexSpec.DiskAnn usual = new IndexSpec.DiskAnn();
            int links = degree == null ? usual.degree() : degree;
            int beam = beamBuild == null ? Math.max(usual.beamBuild(), links) : beamBuild;
            return new IndexSpec.DiskAnn(
                    links, beam, usual.alpha(), usual.codeBytes(), usual.seed());
        }
        if (degree != null || beamBuild != null) {
            throw new IllegalArgumentException(
                    "--graph-degree and --build-complexity are of graphs (expected: --index hnsw"
                            + " or diskann, or none of them)");
        }
        return kind.spec();
    }

    private IngestReport embed(Ingest ingest, List<Path> paths, Loader loader) {
        try (Progress progress = Progress.start(common, "Indexing", "KB", 0)) {
            return ingest.embed(
                    paths,
                    passages -> loader.add(points(passages)),
                    step -> {
                        progress.most(step.bytesTotal() >> 10);
                        progress.to(step.bytes() >> 10);
                        progress.note(
                                "%d of %d files, %d passages"
                                        .formatted(
                                                step.files(), step.filesTotal(), step.passages()));
                    });
        }
    }

    private static List<Point> points(List<EmbeddedPassage> passages) {
        List<Point> points = new ArrayList<>(passages.size());
        for (EmbeddedPassage embedded : passages) {
            points.add(
                    new Point(
                            embedded.passage().id(),
                            embedded.passage().text(),
                            embedded.vector(),
                            embedded.passage().metadata()));
        }
        return points;
    }

    private void check(IngestReport report) {
        if (!report.skipped().isEmpty()) {
            common.warn(skipped(report));
        }
        if (strict && !report.skipped().isEmpty()) {
            throw new UnavailableException(
                    Figures.count(report.skipped().size(), "file")
                            + " could not be read, and --strict was given; '"
                            + name
                            + "' was not changed");
        }
        if (report.passages() == 0) {
            String where = inputs.stream().map(Path::toString).collect(Collectors.joining(", "));
            throw new NotFoundException("no text to index in " + where);
        }
    }

    private static String skipped(IngestReport report) {
        StringBuilder text = new StringBuilder();
        text.append("Skipped ").append(Figures.count(report.skipped().size(), "file")).append(":");
        report.skipped().stream()
                .limit(SKIPPED_SHOWN)
                .forEach(file -> text.append("\n  ").append(line(file)));
        if (report.skipped().size() > SKIPPED_SHOWN) {
            text.append("\n  and ").append(report.skipped().size() - SKIPPED_SHOWN).append(" more");
        }
        return text.toString();
    }

    private static String line(Skipped file) {
        return file.path() + ": " + file.reason();
    }

    private void tell(IngestReport report, CollectionInfo info, Duration took) {
        common.say(
                "Indexed %s (%s) as '%s': %s in %s."
                        .formatted(
                                Figures.count(report.files(), "file"),
                                Figures.bytes(report.bytes()),
                                info.name(),
                                Figures.count(info.records(), "passage"),
                                Figures.duration(took)));
        if (report.binaries() > 0 && common.verbose) {
            common.say(
                    Figures.count(report.binaries(), "file") + " that hold no text passed over.");
        }
        common.say(
                "%s on disk for %s of text.  Try:  engram search %s \"your question\""
                        .formatted(
                                Figures.bytes(info.bytes().total()),
                                Figures.bytes(info.bytes().textRaw()),
                                info.name()));
    }
}
