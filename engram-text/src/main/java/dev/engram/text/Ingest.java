package dev.engram.text;

import dev.engram.db.Embedder;
import dev.engram.db.Schema;
import dev.engram.text.chunk.Chunker;
import dev.engram.text.read.FileReader;
import dev.engram.text.read.Walk;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * From files and folders to passages and their vectors.
 *
 * <p>A file that cannot be read is named in the report, and the others go on. Memory stays bounded
 * by the largest file, whatever the number of files.
 */
public final class Ingest {

    private final EmbeddingModels models;
    private final Schema.Content content;
    private final Embedder embedder;
    private final Chunker chunker;
    private final IngestSettings settings;

    /**
     * @param models where the model is
     * @param model that will read the passages, and whose tokenizer cuts them
     * @param settings how documents are cut
     * @throws IllegalArgumentException where the model cannot read passages of that size
     * @throws dev.engram.error.NotFoundException where there is no such model
     */
    public Ingest(EmbeddingModels models, String model, IngestSettings settings) {
        this.models = models;
        this.settings = settings;
        content = new Schema.Content.Texts(model);
        embedder = models.embedder(model);
        chunker =
                new Chunker(
                        models.tokenizer(model), settings.chunkTokens(), settings.overlapTokens());
    }

    private Ingest(Ingest plain, Schema.Content.FittedTexts content) {
        this.models = plain.models;
        this.settings = plain.settings;
        this.chunker = plain.chunker;
        this.content = content;
        embedder = models.fitted(content.model(), content.state().bytes());
    }

    /**
     * The same with a model fitted on what the inputs hold, where the model is one to be fitted;
     * the inputs are then read once for that. Else this one.
     *
     * @param inputs files and folders
     */
    public Ingest fittedOn(List<Path> inputs) {
        return switch (content) {
            case Schema.Content.Texts(String model) -> {
                Iterable<String> texts = () -> texts(read(inputs));
                yield models.content(model, texts) instanceof Schema.Content.FittedTexts fitted
                        ? new Ingest(this, fitted)
                        : this;
            }
            case Schema.Content.FittedTexts _, Schema.Content.OwnVectors _ -> this;
        };
    }

    private static Iterator<String> texts(PassageReader reader) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                boolean more = reader.hasNext();
                if (!more) {
                    reader.close();
                }
                return more;
            }

            @Override
            public String next() {
                return reader.next().text();
            }
        };
    }

    /** What a collection of these passages is to be made of. */
    public Schema.Content content() {
        return content;
    }

    /**
     * Makes sure that there is something to read.
     *
     * @param inputs files and folders
     * @throws dev.engram.error.NotFoundException where an input does not exist
     */
    public void check(List<Path> inputs) {
        Walk.check(inputs);
    }

    /**
     * Finds the files and begins to read them.
     *
     * @param inputs files and folders
     * @throws dev.engram.error.NotFoundException where an input does not exist
     */
    public PassageReader read(List<Path> inputs) {
        return new PassageReader(
                () -> Walk.over(inputs, settings.files()),
                new FileReader(settings.fileBytesMax(), settings.codeBySyntax()),
                chunker);
    }

    /**
     * Reads the files and embeds their passages, reading on while the model works.
     *
     * <p>The first failure ends the run, be it the model's, the sink's or the listener's, and is
     * thrown here; so does an interrupt of this thread.
     *
     * @param inputs files and folders
     * @param sink is given batches of passages in the order they are read, in this thread
     * @param listener is told how far it is after every batch, in this thread
     * @throws dev.engram.error.NotFoundException where an input does not exist
     */
    public IngestReport embed(
            List<Path> inputs, Consumer<List<EmbeddedPassage>> sink, Consumer<Progress> listener) {
        // Closed in the opposite order: nobody reads any more when the reader is closed.
        try (PassageReader reader = read(inputs);
                Pipeline pipeline = new Pipeline(reader, embedder)) {
            listener.accept(reader.progress());
            pipeline.start();
            pipeline.drain(sink, listener);
            return reader.report();
        }
    }
}
