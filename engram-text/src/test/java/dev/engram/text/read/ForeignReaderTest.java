package dev.engram.text.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.text.read.FileReader.Reading;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForeignReaderTest {

    private static final FileReader READER = new FileReader(64 << 20);

    @TempDir private Path folder;

    @AfterAll
    static void endProcess() {
        READER.close();
    }

    @Test
    void readsThePagesOfAPdf() throws IOException {
        Document document =
                read(
                        ForeignFiles.pdf(
                                at("a.pdf"), "", "Page one\nhas two lines.", "And page two."));
        assertThat(document.text()).isEqualTo("Page one\nhas two lines.\n\nAnd page two.");
        assertThat(document.title()).isEqualTo("A book");
        assertThat(document.pages().at(5)).isEqualTo(1);
        assertThat(document.pages().at(document.text().indexOf("And"))).isEqualTo(2);
        assertThat(document.lines().at(3)).isZero();
        assertThat(document.form()).isEqualTo(Form.PROSE);
    }

    @Test
    void readsHeadingsAndTablesOfADocx() throws IOException {
        Document document = read(ForeignFiles.docx(at("a.docx")));
        assertThat(document.text())
                .isEqualTo(
                        """
                        Beginning

                        The first words of it.

                        Middle

                        More words.

                        a\tb
                        c\td""");
        assertThat(document.title()).isEqualTo("A paper");
        assertThat(document.headings())
                .extracting(Heading::title)
                .containsExactly("Beginning", "Middle");
        assertThat(document.headings()).extracting(Heading::level).containsExactly(1, 2);
    }

    @Test
    void readsTheSlidesOfAPresentation() throws IOException {
        Document document = read(ForeignFiles.pptx(at("a.pptx")));
        assertThat(document.text()).isEqualTo("First slide\n\nSecond slide");
        assertThat(document.pages().at(0)).isEqualTo(1);
        assertThat(document.pages().at(document.text().indexOf("Second"))).isEqualTo(2);
        assertThat(read(ForeignFiles.ppt(at("a.ppt"))).text()).contains("Old slide");
    }

    @Test
    void readsTheSheetsOfATable() throws IOException {
        for (Path file :
                new Path[] {
                    ForeignFiles.sheets(at("a.xlsx"), false), ForeignFiles.sheets(at("a.xls"), true)
                }) {
            Document document = read(file);
            assertThat(document.text())
                    .isEqualTo(
                            "Cities\n\nCities0\t0.5\nCities1\t1.5\n\n"
                                    + "Rivers\n\nRivers0\t0.5\nRivers1\t1.5");
            assertThat(document.headings())
                    .extracting(Heading::title)
                    .containsExactly("Cities", "Rivers");
            assertThat(document.form()).isEqualTo(Form.LINES);
        }
    }

    @Test
    void readsBooksAndOpenDocumentsAndRichText() throws IOException {
        Document book = read(ForeignFiles.epub(at("a.epub")));
        assertThat(book.text()).isEqualTo("One\n\nIt was a dark night.\n\nTwo\n\nIt ended.");
        assertThat(book.title()).isEqualTo("A novel");
        assertThat(book.headings()).extracting(Heading::title).containsExactly("One", "Two");
        Document open = read(ForeignFiles.odt(at("a.odt")));
        assertThat(open.text()).isEqualTo("Head\n\nOpen words.");
        assertThat(open.headings()).extracting(Heading::title).containsExactly("Head");
        Path rich =
                Files.writeString(
                        at("a.rtf"), "{\\rtf1\\ansi\\pard Rich {\\b words}.\\par Next\\par}");
        assertThat(read(rich).text()).isEqualTo("Rich words.\n\nNext");
    }

    @Test
    void readsLettersAndBoxesOfThem() throws IOException {
        String letter = ForeignFiles.letter("Engines", "Dear Alan,\r\n\r\nit computes.");
        Document single = read(Files.writeString(at("a.eml"), letter));
        assertThat(single.text())
                .isEqualTo(
                        "Engines\n\nFrom: Ada <ada@example.org>\nTo: Alan <alan@example.org>\n"
                                + "Date: 2026-03-02T10:00:00Z\n\nDear Alan,\n\nit computes.");
        assertThat(single.title()).isEqualTo("Engines");
        String from = "From ada@example.org Mon Mar  2 10:00:00 2026\r\n";
        String other = ForeignFiles.letter("Looms", "They weave.");
        Document box = read(Files.writeString(at("a.mbox"), from + letter + "\r\n" + from + other));
        assertThat(box.headings()).extracting(Heading::title).containsExactly("Engines", "Looms");
        assertThat(box.text()).contains("it computes.").endsWith("They weave.");
    }

    @Test
    void saysWhyItCannotRead() throws IOException {
        assertThat(failure(ForeignFiles.pdf(at("a.pdf"), "secret", "x")))
                .isEqualTo("locked with a password");
        assertThat(failure(Files.writeString(at("b.pdf"), "no pdf"))).isEqualTo("not a PDF file");
        assertThat(failure(Files.writeString(at("c.pdf"), "%PDF-1.7\nrubbish")))
                .startsWith("damaged, or not a PDF file (");
        Path docx = ForeignFiles.docx(at("d.docx"));
        byte[] bytes = Files.readAllBytes(docx);
        Files.write(docx, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(failure(docx)).startsWith("damaged, or not a DOCX file (");
        assertThat(failure(ForeignFiles.pdf(at("f.pdf"), "", " ")))
                .isEqualTo("holds no text (pictures of pages are not read)");
        assertThat(failure(at("gone.pdf"))).isEqualTo("vanished before it was read");
        assertThat(failure(Files.createDirectory(at("folder.pdf"))))
                .isEqualTo("not a file any more");
        assertThat(failure(Files.createFile(at("empty.docx")))).isEqualTo("not a DOCX file");
        // And goes on.
        assertThat(read(ForeignFiles.pdf(at("e.pdf"), "", "fine")).text()).isEqualTo("fine");
    }

    @Test
    void standsABombOfZippedSpaces() throws IOException {
        Path bomb = at("bomb.docx");
        Path good = ForeignFiles.docx(at("good.docx"));
        try (var from = new java.util.zip.ZipFile(good.toFile());
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
            for (ZipEntry entry : from.stream().map(ZipEntry.class::cast).toList()) {
                zip.putNextEntry(new ZipEntry(entry.getName()));
                byte[] content = from.getInputStream(entry).readAllBytes();
                if (entry.getName().equals("word/document.xml")) {
                    inflate(zip, new String(content, StandardCharsets.UTF_8));
                } else {
                    zip.write(content);
                }
                zip.closeEntry();
            }
        }
        assertThat(Files.size(bomb)).isLessThan(2 << 20);
        ForeignLimits tight = new ForeignLimits(Duration.ofSeconds(60), 48, 1 << 20);
        try (FileReader reader = new FileReader(64 << 20, tight)) {
            assertThat(failure(reader, bomb)).isEqualTo("takes more than 48 MiB of memory to read");
            assertThat(reader.read(source(good))).isInstanceOf(Reading.Read.class);
        }
    }

    private static void inflate(OutputStream out, String xml) throws IOException {
        int at = xml.indexOf("<w:p>") < 0 ? xml.indexOf("<w:p ") : xml.indexOf("<w:p>");
        out.write(xml.substring(0, at).getBytes(StandardCharsets.UTF_8));
        byte[] mebibyte =
                "<w:p><w:r><w:t>ha ha ha </w:t></w:r></w:p>\n"
                        .repeat(24_000)
                        .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 16; i++) {
            out.write(mebibyte);
        }
        out.write(xml.substring(at).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void endsTheProcessThatTakesTooLongOrTooMuch() throws IOException {
        Path file = ForeignFiles.pdf(at("a.pdf"), "", "x");
        ForeignLimits hasty = new ForeignLimits(Duration.ofMillis(1), 512, 1 << 20);
        try (FileReader reader = new FileReader(1 << 20, hasty)) {
            assertThat(failure(reader, file)).isEqualTo("takes longer than 0 s to read");
        }
        StringBuilder deep = new StringBuilder("{\\rtf1 ");
        deep.append("{\\b x".repeat(4_000_000));
        Path rtf = Files.writeString(at("deep.rtf"), deep);
        ForeignLimits poor = new ForeignLimits(Duration.ofSeconds(60), 32, 16 << 20);
        try (FileReader reader = new FileReader(64 << 20, poor)) {
            assertThat(failure(reader, rtf)).isEqualTo("takes more than 32 MiB of memory to read");
            assertThat(failure(reader, rtf)).contains("32 MiB");
        }
    }

    @Test
    void refusesATextThatIsTooLong() throws IOException {
        Path file =
                Files.writeString(at("a.rtf"), "{\\rtf1\\pard " + "word ".repeat(300_000) + "}");
        ForeignLimits small = new ForeignLimits(Duration.ofSeconds(60), 256, 1 << 20);
        try (FileReader reader = new FileReader(64 << 20, small)) {
            assertThat(failure(reader, file)).isEqualTo("more than 1 million characters of text");
        }
    }

    @Test
    void fetchesNothingThatADocumentRefersTo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + server.getLocalPort() + "/x";
            Path odt = at("a.odt");
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(odt))) {
                ForeignFiles.entry(zip, "mimetype", "application/vnd.oasis.opendocument.text");
                ForeignFiles.entry(
                        zip,
                        "content.xml",
                        "<!DOCTYPE d SYSTEM '"
                                + url
                                + ".dtd' [<!ENTITY e SYSTEM '"
                                + url
                                + "'>]><d>before &e; after</d>");
            }
            READER.read(source(odt));
            Path mail =
                    Files.writeString(
                            at("a.eml"),
                            "Subject: s\r\nContent-Type: text/html\r\n\r\n<img src='"
                                    + url
                                    + "'><link rel=stylesheet href='"
                                    + url
                                    + "'>words\r\n");
            assertThat(read(mail).text()).endsWith("words");
            server.setSoTimeout(50);
            org.assertj.core.api.Assertions.assertThatThrownBy(server::accept)
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    private static Source source(Path file) {
        return new Source(file, file.toString(), 1, true);
    }

    private static Document read(Path file) {
        Reading reading = READER.read(source(file));
        assertThat(reading).isInstanceOf(Reading.Read.class);
        return ((Reading.Read) reading).document();
    }

    private static String failure(Path file) {
        return failure(READER, file);
    }

    private static String failure(FileReader reader, Path file) {
        Reading reading = reader.read(source(file));
        assertThat(reading).isInstanceOf(Reading.Failed.class);
        return ((Reading.Failed) reading).reason();
    }
}
