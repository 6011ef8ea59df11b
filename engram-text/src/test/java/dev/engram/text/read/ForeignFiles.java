package dev.engram.text.read;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFStyle;
import org.apache.poi.xwpf.usermodel.XWPFStyles;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTStyle;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.STStyleType;

/** Makes files of foreign formats with the libraries that others make them with. */
final class ForeignFiles {

    private ForeignFiles() {}

    static Path pdf(Path file, String password, String... pages) throws IOException {
        try (PDDocument document = new PDDocument()) {
            document.getDocumentInformation().setTitle("A book");
            for (String text : pages) {
                PDPage page = new PDPage();
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    content.beginText();
                    content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
                    content.setLeading(14);
                    content.newLineAtOffset(72, 700);
                    for (String line : text.split("\n")) {
                        content.showText(line);
                        content.newLine();
                    }
                    content.endText();
                }
            }
            if (!password.isEmpty()) {
                var policy =
                        new StandardProtectionPolicy("owner", password, new AccessPermission());
                policy.setEncryptionKeyLength(128);
                document.protect(policy);
            }
            document.save(file.toFile());
        }
        return file;
    }

    static Path docx(Path file) throws IOException {
        try (XWPFDocument document = new XWPFDocument();
                OutputStream out = Files.newOutputStream(file)) {
            document.getProperties().getCoreProperties().setTitle("A paper");
            XWPFStyles styles = document.createStyles();
            styles.addStyle(heading(1));
            styles.addStyle(heading(2));
            paragraph(document, "Heading1", "Beginning");
            paragraph(document, "", "The first words of it.");
            paragraph(document, "Heading2", "Middle");
            paragraph(document, "", "More words.");
            XWPFTable table = document.createTable(2, 2);
            table.getRow(0).getCell(0).setText("a");
            table.getRow(0).getCell(1).setText("b");
            table.getRow(1).getCell(0).setText("c");
            table.getRow(1).getCell(1).setText("d");
            document.write(out);
        }
        return file;
    }

    private static XWPFStyle heading(int level) {
        CTStyle style = CTStyle.Factory.newInstance();
        style.setStyleId("Heading" + level);
        style.addNewName().setVal("heading " + level);
        style.setType(STStyleType.PARAGRAPH);
        return new XWPFStyle(style);
    }

    private static void paragraph(XWPFDocument document, String style, String text) {
        XWPFParagraph paragraph = document.createParagraph();
        if (!style.isEmpty()) {
            paragraph.setStyle(style);
        }
        paragraph.createRun().setText(text);
    }

    static Path pptx(Path file) throws IOException {
        try (XMLSlideShow show = new XMLSlideShow();
                OutputStream out = Files.newOutputStream(file)) {
            for (String text : List.of("First slide", "Second slide")) {
                XSLFSlide slide = show.createSlide();
                XSLFTextBox box = slide.createTextBox();
                box.setAnchor(new java.awt.geom.Rectangle2D.Double(10, 10, 300, 100));
                box.setText(text);
            }
            show.write(out);
        }
        return file;
    }

    static Path sheets(Path file, boolean old) throws IOException {
        try (Workbook book = old ? new HSSFWorkbook() : new XSSFWorkbook();
                OutputStream out = Files.newOutputStream(file)) {
            for (String name : List.of("Cities", "Rivers")) {
                Sheet sheet = book.createSheet(name);
                for (int i = 0; i < 2; i++) {
                    Row row = sheet.createRow(i);
                    row.createCell(0).setCellValue(name + i);
                    row.createCell(1).setCellValue(i + 0.5);
                }
            }
            book.write(out);
        }
        return file;
    }

    static Path ppt(Path file) throws IOException {
        try (HSLFSlideShow show = new HSLFSlideShow();
                OutputStream out = Files.newOutputStream(file)) {
            show.createSlide().addTitle().setText("Old slide");
            show.write(out);
        }
        return file;
    }

    static Path epub(Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "mimetype", "application/epub+zip");
            entry(
                    zip,
                    "META-INF/container.xml",
                    "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'"
                        + " version='1.0'><rootfiles><rootfile full-path='book.opf'"
                        + " media-type='application/oebps-package+xml'/></rootfiles></container>");
            entry(
                    zip,
                    "book.opf",
                    "<package xmlns='http://www.idpf.org/2007/opf' version='3.0'><metadata"
                            + " xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>A"
                            + " novel</dc:title></metadata><manifest><item id='a' href='a.xhtml'"
                            + " media-type='application/xhtml+xml'/><item id='b' href='b.xhtml'"
                            + " media-type='application/xhtml+xml'/></manifest><spine><itemref"
                            + " idref='a'/><itemref idref='b'/></spine></package>");
            entry(zip, "a.xhtml", chapter("One", "It was\n   a dark <b>night</b>."));
            entry(zip, "b.xhtml", chapter("Two", "It ended."));
        }
        return file;
    }

    private static String chapter(String title, String words) {
        return "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>t</title></head><body><h1>"
                + title
                + "</h1>\n<p>"
                + words
                + "</p></body></html>";
    }

    static Path odt(Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "mimetype", "application/vnd.oasis.opendocument.text");
            entry(
                    zip,
                    "content.xml",
                    "<office:document-content"
                        + " xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
                        + " xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><office:body><office:text><text:h"
                        + " text:outline-level='1'>Head</text:h><text:p>Open"
                        + " words.</text:p></office:text></office:body></office:document-content>");
        }
        return file;
    }

    static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    static String letter(String subject, String words) {
        return "From: Ada <ada@example.org>\r\nTo: Alan <alan@example.org>\r\nSubject: "
                + subject
                + "\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type:"
                + " multipart/mixed; boundary=XX\r\n\r\n--XX\r\nContent-Type: text/plain;"
                + " charset=UTF-8\r\n\r\n"
                + words
                + "\r\n--XX\r\nContent-Type: application/octet-stream\r\nContent-Disposition:"
                + " attachment; filename=a.bin\r\nContent-Transfer-Encoding:"
                + " base64\r\n\r\nAAAA\r\n--XX--\r\n";
    }
}
