package dev.engram.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IngestTest {

    @TempDir private Path folder;
    private Path docs;

    @BeforeEach
    void makeFolder() throws IOException {
        docs = Files.createDirectories(folder.resolve("docs"));
    }

    @Test
    void makesPassagesThatKnowWhereTheyComeFrom() throws IOException {
        String guide = "# Guide\n\nHello there.\n\n## Use\n\nPress the button.\n";
        Files.writeString(docs.resolve("guide.md"), guide);
        Files.writeString(docs.resolve("a.txt"), "Just a text.");
        PassageReader reader = ingest(IngestSettings.DEFAULT).read(List.of(docs));
        Passage text = reader.next();
        assertThat(text.id()).isEqualTo(docs + "/a.txt#0");
        assertThat(text.metadata())
                .containsOnlyKeys("source", "start", "end", "line", "lineEnd")
                .containsEntry("end", 12);
        Passage passage = reader.next();
        assertThat(passage.id()).isEqualTo(docs + "/guide.md#0");
        assertThat(passage.source()).isEqualTo(docs + "/guide.md");
        assertThat(passage.metadata())
                .containsEntry("title", "Guide")
                .containsEntry("heading", "Guide")
                .containsEntry("line", 1)
                .containsEntry("lineEnd", 7);
        assertThat(passage.text())
                .isEqualTo(
                        guide.substring(
                                (int) passage.metadata().get("start"),
                                (int) passage.metadata().get("end")));
        assertThat(reader.hasNext()).isFalse();
        assertThat(reader.report())
                .isEqualTo(new IngestReport(2, guide.length() + 12, 2, 0, List.of()));
        assertThat(reader.progress())
                .isEqualTo(new Progress(2, 2, guide.length() + 12, guide.length() + 12, 2));
    }

    @Test
    void namesWhatItCannotReadAndGoesOn() throws IOException {
        Files.write(docs.resolve("a.txt"), new byte[] {'a', 0});
        Files.write(docs.resolve("b.bin"), new byte[] {'a', 0});
        Files.writeString(docs.resolve("c.pdf"), "no PDF");
        Files.writeString(docs.resolve("d.txt"), "x".repeat(2000));
        Files.writeString(docs.resolve("e"), "No extension, but text.");
        Files.writeString(docs.resolve("f.txt"), "");
        Path gone = Files.writeString(docs.resolve("g.txt"), "soon gone");
        PassageReader reader =
                ingest(IngestSettings.DEFAULT.withFileBytesMax(1000)).read(List.of(docs));
        assertThat(reader.hasNext()).isTrue();
        Files.delete(gone);
        List<String> ids = new ArrayList<>();
        reader.forEachRemaining(p -> ids.add(p.id()));
        assertThat(ids).containsExactly(docs + "/e#0");
        assertThat(reader.report())
                .isEqualTo(
                        new IngestReport(
                                2,
                                23,
                                1,
                                1,
                                List.of(
                                        new Skipped(
                                                docs + "/a.txt", "not text (it holds NUL bytes)"),
                                        new Skipped(docs + "/c.pdf", "not a PDF file"),
                                        new Skipped(docs + "/d.txt", "larger than 1000 bytes"),
                                        new Skipped(
                                                docs + "/g.txt", "vanished before it was read"))));
        // What vanished before its turn was no file any more.
        assertThat(reader.progress().files()).isEqualTo(6);
    }

    @Test
    void knowsThePageOfAPassage() throws IOException {
        Files.writeString(
                docs.resolve("a.ipynb"),
                "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": [\"# One\"]}]}");
        PassageReader reader = ingest(IngestSettings.DEFAULT).read(List.of(docs));
        assertThat(reader.next().metadata())
                .containsEntry("page", 1)
                .containsEntry("pageEnd", 1)
                .containsEntry("heading", "One");
    }

    @Test
    void namesABinaryThatWasAskedFor() throws IOException {
        Path file = Files.write(docs.resolve("b.bin"), new byte[] {'a', 0});
        PassageReader reader = ingest(IngestSettings.DEFAULT).read(List.of(file));
        assertThat(reader.hasNext()).isFalse();
        assertThat(reader.report().skipped())
                .containsExactly(new Skipped(file.toString(), "not text"));
    }

    @Test
    void handsOverVectorsInTheOrderOfReading() throws IOException {
        writeMany(30);
        Ingest ingest = ingest(IngestSettings.DEFAULT.withChunks(16, 4));
        List<EmbeddedPassage> embedded = new ArrayList<>();
        List<Progress> told = new ArrayList<>();
        IngestReport report = ingest.embed(List.of(docs), embedded::addAll, told::add);
        List<Passage> read = new ArrayList<>();
        ingest.read(List.of(docs)).forEachRemaining(read::add);
        assertThat(embedded).extracting(EmbeddedPassage::passage).containsExactlyElementsOf(read);
        assertThat(embedded).hasSizeGreaterThan(128);
        for (int i = 0; i < embedded.size(); i += 17) {
            assertThat(embedded.get(i).vector())
                    .containsExactly(BuiltIn.embedder().embedQuery(read.get(i).text()));
        }
        assertThat(report.passages()).isEqualTo(embedded.size());
        assertThat(told.getFirst()).isEqualTo(new Progress(0, 30, 0, report.bytes(), 0));
        assertThat(told.getLast())
                .isEqualTo(new Progress(30, 30, report.bytes(), report.bytes(), embedded.size()));
        assertThat(told).isSortedAccordingTo((a, b) -> Long.compare(a.bytes(), b.bytes()));
    }

    @Test
    void stopsAtTheFirstFailureOfWhoeverTakesThePassages() throws IOException {
        writeMany(60);
        Ingest ingest = ingest(IngestSettings.DEFAULT.withChunks(16, 0));
        assertThatThrownBy(
                        () ->
                                ingest.embed(
                                        List.of(docs),
                                        batch -> {
                                            throw new UnavailableException("the disk is full");
                                        },
                                        progress -> {}))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("the disk is full");
    }

    @Test
    void stopsWhereTheModelFails() throws IOException {
        writeMany(5);
        EmbeddingModels models = EmbeddingModels.builtIn();
        Ingest ingest = new Ingest(models, "minilm", IngestSettings.DEFAULT.withChunks(16, 0));
        assertThatThrownBy(
                        () -> ingest.embed(List.of(docs), batch -> {}, progress -> models.close()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws IOException {
        writeMany(60);
        Ingest ingest = ingest(IngestSettings.DEFAULT.withChunks(16, 0));
        assertThatThrownBy(
                        () ->
                                ingest.embed(
                                        List.of(docs),
                                        batch -> Thread.currentThread().interrupt(),
                                        progress -> {}))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void refusesInputsAndSettingsThatMakeNoSense() {
        Ingest ingest = ingest(IngestSettings.DEFAULT);
        Path gone = folder.resolve("gone");
        assertThatThrownBy(() -> ingest.embed(List.of(gone), batch -> {}, progress -> {}))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(gone.toString());
        assertThatThrownBy(() -> ingest(IngestSettings.DEFAULT.withChunks(512, 40)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IngestSettings.DEFAULT.withFileBytesMax(0))
                .hasMessage("file size limit: 0 bytes (expected: >= 1)");
    }

    @Test
    void makesNothingOfAnEmptyFolder() {
        List<Progress> told = new ArrayList<>();
        IngestReport report =
                ingest(IngestSettings.DEFAULT).embed(List.of(docs), batch -> {}, told::add);
        assertThat(report).isEqualTo(new IngestReport(0, 0, 0, 0, List.of()));
    }

    private void writeMany(int files) throws IOException {
        for (int i = 0; i < files; i++) {
            String topic = "topic " + i;
            String text =
                    String.join(
                            " ",
                            IntStream.range(0, 10)
                                    .mapToObj(n -> "Sentence " + n + " is about " + topic + ".")
                                    .toList());
            Path file = docs.resolve("file%02d.txt".formatted(i));
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Ingest ingest(IngestSettings settings) {
        return new Ingest(BuiltIn.models(), EmbeddingModels.DEFAULT, settings);
    }
}
