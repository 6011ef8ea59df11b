package dev.engram.text.read;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Takes the words out of XML: an element of text alone becomes {@code name: text}, one of text and
 * elements in it a line of the text, an attribute {@code element.name: value}.
 *
 * <p>No definitions are read, in the file or elsewhere: an entity of its own stays as it is
 * written. What is not well-formed is read as the lines it is.
 */
final class XmlReader {

    private static final XMLInputFactory XML = factory();

    private final XMLStreamReader xml;
    private final Taken taken = new Taken();
    private final StringBuilder run = new StringBuilder();
    private final Deque<Boolean> inline = new ArrayDeque<>();

    /** The element whose text alone the run is; null where other elements lie in it. */
    private @Nullable String label;

    private int runLine;
    private @Nullable String title;

    private XmlReader(XMLStreamReader xml) {
        this.xml = xml;
    }

    static Document read(String text) throws Unreadable {
        try {
            XmlReader reader = new XmlReader(XML.createXMLStreamReader(new StringReader(text)));
            reader.events();
            return reader.taken.document(Form.LINES, reader.title);
        } catch (XMLStreamException e) {
            return Document.plain(text, Form.LINES);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return factory;
    }

    private void events() throws XMLStreamException, Unreadable {
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> start();
                case XMLStreamConstants.END_ELEMENT -> end();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text(xml.getText());
                case XMLStreamConstants.ENTITY_REFERENCE -> text('&' + xml.getLocalName() + ';');
                default -> {}
            }
        }
        flush();
    }

    /** An element that begins amid words is a part of their line. */
    private void start() throws Unreadable {
        boolean amid = !run.toString().isBlank();
        inline.push(amid);
        if (amid) {
            label = null;
            return;
        }
        flush();
        String name = xml.getLocalName();
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            String value = xml.getAttributeValue(i);
            if (!value.isBlank()) {
                line(
                        name + '.' + xml.getAttributeLocalName(i),
                        value,
                        xml.getLocation().getLineNumber());
            }
        }
        label = name;
    }

    private void end() throws Unreadable {
        if (!inline.pop()) {
            flush();
        }
    }

    private void text(String words) throws Unreadable {
        if (run.isEmpty() || runLine == 0) {
            int newlines = (int) words.chars().filter(c -> c == '\n').count();
            int leading = 0;
            for (int i = 0; i < words.length() && Character.isWhitespace(words.charAt(i)); i++) {
                leading += words.charAt(i) == '\n' ? 1 : 0;
            }
            runLine = Math.max(1, xml.getLocation().getLineNumber() - newlines + leading);
        }
        if (!(run.isEmpty() && words.isBlank())) {
            run.append(words);
        }
    }

    private void flush() throws Unreadable {
        String words = run.toString();
        if (!words.isBlank()) {
            if (title == null && "title".equals(label) && words.length() <= 500) {
                title = Taken.flat(words);
            }
            line(label, words, runLine);
        }
        run.setLength(0);
        runLine = 0;
        label = null;
    }

    private void line(@Nullable String name, String words, int line) throws Unreadable {
        taken.atLine(line);
        if (name != null) {
            taken.add(name).add(": ");
        }
        taken.addFlat(words);
        taken.add("\n");
    }
}
