package dev.engram.text.read;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.mail.RFC822Parser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.txt.TXTParser;
import org.apache.tika.sax.BodyContentHandler;
import org.apache.tika.sax.EmbeddedContentHandler;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * What lies in a document: the letters of a mailbox and the texts of a letter are read, all else
 * (pictures, attached files, files in files) is left out.
 */
final class ForeignParts implements EmbeddedDocumentExtractor {

    /** A letter in a letter in a letter is enough. */
    private static final int DEPTH_MAX = 5;

    private final ForeignText text;
    private final ParseContext context;
    private final boolean mail;
    private int depth;

    /**
     * @param mail whether the document is mail, the only kind whose parts are read
     */
    ForeignParts(ForeignText text, ParseContext context, boolean mail) {
        this.text = text;
        this.context = context;
        this.mail = mail;
    }

    @Override
    public boolean shouldParseEmbedded(Metadata metadata) {
        return mail && depth < DEPTH_MAX && parser(type(metadata)) != null;
    }

    @Override
    public void parseEmbedded(
            InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml)
            throws SAXException, IOException {
        Parser parser = parser(type(metadata));
        if (parser == null) {
            return;
        }
        depth++;
        try {
            boolean letter = parser instanceof RFC822Parser;
            if (letter) {
                text.beginLetter(metadata);
            }
            ContentHandler body = new EmbeddedContentHandler(new BodyContentHandler(handler));
            parser.parse(stream, body, metadata, context);
            if (letter) {
                text.endLetter();
            }
        } catch (TikaException e) {
            throw new SAXException(e);
        } finally {
            depth--;
        }
    }

    private static String type(Metadata metadata) {
        String type = metadata.get(Metadata.CONTENT_TYPE);
        String override = metadata.get(TikaCoreProperties.CONTENT_TYPE_PARSER_OVERRIDE);
        String known = override != null ? override : type != null ? type : "";
        int end = known.indexOf(';');
        return (end < 0 ? known : known.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Parser parser(String type) {
        return switch (type) {
            case "message/rfc822" -> new RFC822Parser();
            case "text/plain" -> new TXTParser();
            case "text/html", "application/xhtml+xml" -> new JSoupParser();
            case "text/rtf", "application/rtf" -> new RTFParser();
            default -> null;
        };
    }
}
