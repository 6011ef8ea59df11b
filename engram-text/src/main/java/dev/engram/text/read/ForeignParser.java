package dev.engram.text.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.epub.EpubParser;
import org.apache.tika.parser.mail.RFC822Parser;
import org.apache.tika.parser.mbox.MboxParser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.xml.sax.SAXException;

/**
 * Takes the text out of documents by Apache Tika, in the process that is there for it. A parser is
 * chosen by how a file begins, else by its name; nothing is looked up at run time.
 */
final class ForeignParser {

    private static final int HEAD_BYTES = 1024;
    private static final Set<String> OPEN_DOCUMENT = Set.of("odt", "ott", "ods", "odp");

    /** White space in them is for the eye of who writes them, as in web pages. */
    private static final Set<String> COLLAPSED = Set.of("epub", "odt", "ott", "ods", "odp");

    private static final Set<String> SHEETS = Set.of("xlsx", "xlsm", "xltx", "xls", "ods");

    private final int charsMax;

    /**
     * @param charsMax the most characters of a text
     */
    ForeignParser(int charsMax) {
        this.charsMax = charsMax;
    }

    /** Reads a document, or says why it cannot be read. */
    ForeignReply read(Path file, String type) {
        try {
            Document document = document(file, type);
            return document.text().isBlank()
                    ? failed("holds no text (pictures of pages are not read)")
                    : new ForeignReply.Read(document);
        } catch (EncryptedDocumentException e) {
            return failed("locked with a password");
        } catch (WriteLimitReachedException e) {
            return failed("more than " + (charsMax >> 20) + " million characters of text");
        } catch (TikaException | SAXException e) {
            return failed(because(type, e));
        } catch (IOException e) {
            // Whatever else a parser calls trouble with the file is trouble in it.
            return failed(
                    e instanceof FileSystemException ? FileReader.reason(e) : because(type, e));
        } catch (Unreadable e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            return failed("nested too deeply");
        } catch (RuntimeException | LinkageError e) {
            // A parser that trips over a document is no trouble of ours: it is the document's.
            return failed(because(type, e));
        }
    }

    private static ForeignReply failed(String reason) {
        return new ForeignReply.Failed(reason);
    }

    private static String because(String type, Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof EncryptedDocumentException) {
            return "locked with a password";
        }
        String words =
                root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        String line = words.lines().findFirst().orElse("").strip();
        return "damaged, or not a " + type.toUpperCase(Locale.ROOT) + " file (" + line + ")";
    }

    private Document document(Path file, String type)
            throws IOException, TikaException, SAXException, Unreadable {
        Metadata metadata = new Metadata();
        ForeignText text = new ForeignText(charsMax, COLLAPSED.contains(type));
        Parser parser = parser(file, type);
        boolean letter = parser instanceof RFC822Parser;
        if (letter) {
            text.beginLetter(metadata);
        }
        ParseContext context = context(text, letter || parser instanceof MboxParser);
        try (TikaInputStream in = TikaInputStream.get(file)) {
            parser.parse(in, text, metadata, context);
        }
        text.endLetter();
        String title = metadata.get(TikaCoreProperties.TITLE);
        if (title == null && letter) {
            title = metadata.get(TikaCoreProperties.SUBJECT);
        }
        return text.document(SHEETS.contains(type) ? Form.LINES : Form.PROSE, title);
    }

    private static ParseContext context(ForeignText text, boolean mail) {
        ParseContext context = new ParseContext();
        PDFParserConfig pdf = new PDFParserConfig();
        pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
        pdf.setExtractInlineImages(false);
        pdf.setExtractBookmarksText(false);
        context.set(PDFParserConfig.class, pdf);
        context.set(EmbeddedDocumentExtractor.class, new ForeignParts(text, context, mail));
        return context;
    }

    private static Parser parser(Path file, String type) throws IOException, Unreadable {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        if (begins(head, 0xD0, 0xCF, 0x11, 0xE0)) {
            return new OfficeParser();
        }
        if (begins(head, '{', '\\', 'r', 't', 'f')) {
            return new RTFParser();
        }
        if (begins(head, 'P', 'K', 3, 4)) {
            return zipped(type);
        }
        if (new String(head, StandardCharsets.ISO_8859_1).contains("%PDF-")) {
            return new PDFParser();
        }
        return switch (type) {
            case "eml" -> new RFC822Parser();
            case "mbox" -> new MboxParser();
            default -> throw new Unreadable("not a " + type.toUpperCase(Locale.ROOT) + " file");
        };
    }

    private static Parser zipped(String type) {
        if (type.equals("epub")) {
            return new EpubParser();
        }
        return OPEN_DOCUMENT.contains(type) ? new OpenDocumentParser() : new OOXMLParser();
    }

    private static boolean begins(byte[] head, int... mark) {
        byte[] bytes = new byte[mark.length];
        for (int i = 0; i < mark.length; i++) {
            bytes[i] = (byte) mark[i];
        }
        return head.length >= mark.length
                && Arrays.equals(head, 0, mark.length, bytes, 0, mark.length);
    }
}
