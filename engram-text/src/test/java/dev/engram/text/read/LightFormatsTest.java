package dev.engram.text.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class LightFormatsTest {

    @Test
    void namesTheColumnsInEveryRowOfATable() throws Unreadable {
        Document document =
                FileReader.document(
                        "name,born,note\r\nAda,1815,\"first, of\r\nall\"\r\n\r\nAlan,1912,\r\n",
                        Format.CSV);
        assertThat(document.text())
                .isEqualTo("name: Ada; born: 1815; note: first, of all\nname: Alan; born: 1912\n");
        assertThat(document.form()).isEqualTo(Form.ROWS);
        assertThat(document.lines().at(0)).isEqualTo(2);
        assertThat(document.lines().at(document.text().indexOf("Alan"))).isEqualTo(5);
    }

    @Test
    void findsOutHowATableIsWritten() throws Unreadable {
        assertThat(text("1;2\n3;4\n", Format.CSV)).isEqualTo("1; 2\n3; 4\n");
        assertThat(text("a\tb\n1\t\"x\"\n", Format.TSV)).isEqualTo("a: 1; b: x\n");
        assertThat(text("name,born\n", Format.CSV)).isEqualTo("name; born");
        assertThat(text("", Format.CSV)).isEmpty();
        Document broken = FileReader.document("a,b\n\"never ends\n", Format.CSV);
        assertThat(broken.text()).isEqualTo("a,b\n\"never ends\n");
        assertThat(broken.form()).isEqualTo(Form.LINES);
    }

    @Test
    void writesTheWayToEveryValueOfJson() throws Unreadable {
        Document document =
                FileReader.document(
                        """
                        {"name": "engram", // a remark
                         "tags": ["a", "b", 3],
                         "nested": {"deep": {"yes": true, "no": null}},
                         "list": [{"x": 1}, {"x": 2}]}
                        """,
                        Format.JSON);
        assertThat(document.text())
                .isEqualTo(
                        """
                        name: engram
                        tags: a, b, 3
                        nested.deep.yes: true
                        list[0].x: 1
                        list[1].x: 2\
                        """);
        assertThat(document.lines().at(document.text().indexOf("tags"))).isEqualTo(2);
        assertThat(document.lines().at(document.text().indexOf("list[1]"))).isEqualTo(4);
    }

    @Test
    void makesARowOfEveryRecordOfJson() throws Unreadable {
        String row = "name: Ada; of.year: 1815; of.in: x, y";
        String record = "{\"name\": \"Ada\", \"of\": {\"year\": 1815, \"in\": [\"x\", \"y\"]}}";
        Document lines = FileReader.document(record + "\n" + record + "\n", Format.JSON_LINES);
        assertThat(lines.text()).isEqualTo(row + "\n" + row + "\n");
        assertThat(lines.lines().at(row.length() + 1)).isEqualTo(2);
        Document list = FileReader.document("[" + record + ", " + record + "]", Format.JSON);
        assertThat(list.text()).isEqualTo(lines.text());
        assertThat(list.form()).isEqualTo(Form.ROWS);
        assertThat(text("{\"a\": ", Format.JSON)).isEqualTo("{\"a\": ");
        String deep = "[".repeat(100_000);
        assertThat(text(deep, Format.JSON)).isEqualTo(deep);
    }

    @Test
    void takesTheWordsOutOfXml() throws Unreadable {
        Document document =
                FileReader.document(
                        """
                        <?xml version="1.0"?>
                        <article id="a7">
                          <title>On  graphs</title>
                          <p>A <b>bold</b> claim &amp; more
                             of it.</p>
                          <empty/>
                          <link href="x.html"/><![CDATA[raw <text>]]>
                        </article>
                        """,
                        Format.XML);
        assertThat(document.text())
                .isEqualTo(
                        """
                        article.id: a7
                        title: On graphs
                        A bold claim & more of it.
                        link.href: x.html
                        raw <text>
                        """);
        assertThat(document.title()).isEqualTo("On graphs");
        assertThat(document.lines().at(document.text().indexOf("On graphs"))).isEqualTo(3);
        assertThat(document.lines().at(document.text().indexOf("A bold"))).isEqualTo(4);
    }

    @Test
    void takesNoEntityForWhatItStandsFor() throws Unreadable {
        StringBuilder laughs = new StringBuilder("<!DOCTYPE x [<!ENTITY l0 \"ha\">");
        for (int i = 1; i < 30; i++) {
            laughs.append("<!ENTITY l").append(i).append(" \"");
            laughs.append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
        }
        laughs.append("<!ENTITY file SYSTEM \"file:///etc/passwd\">]>\n<x>a &l29; &file; b</x>");
        String text = text(laughs.toString(), Format.XML);
        assertThat(text).doesNotContain("root:").hasSizeLessThan(laughs.length() + 1);
        assertThat(text).contains("&l29;").contains("&file;");
        assertThat(text("<a><b></a>", Format.XML)).isEqualTo("<a><b></a>");
        String deep = "<a>".repeat(200_000);
        assertThat(text(deep, Format.XML)).isEqualTo(deep);
    }

    @Test
    void putsTheCellsOfANotebookTogether() throws Unreadable {
        Document document =
                FileReader.document(
                        """
                        {"cells": [
                          {"cell_type": "markdown", "metadata": {}, "source": [
                            "# Title\\n",
                            "words"]},
                          {"cell_type": "code", "outputs": [{"text": ["secret"]}], "source": [
                            "x = 1\\n",
                            "s = '```'"]},
                          {"cell_type": "code", "source": []},
                          {"cell_type": "markdown", "source": "## Last"}
                        ], "nbformat": 4}
                        """,
                        Format.NOTEBOOK);
        assertThat(document.text())
                .isEqualTo("# Title\nwords\n\n````\nx = 1\ns = '```'\n````\n\n## Last\n");
        assertThat(document.form()).isEqualTo(Form.MARKDOWN);
        assertThat(document.title()).isEqualTo("Title");
        assertThat(document.headings()).extracting(Heading::title).containsExactly("Title", "Last");
        assertThat(document.pages().at(document.text().indexOf("words"))).isEqualTo(1);
        assertThat(document.pages().at(document.text().indexOf("x = 1"))).isEqualTo(2);
        assertThat(document.pages().at(document.text().indexOf("Last"))).isEqualTo(4);
        assertThat(document.lines().at(document.text().indexOf("words"))).isEqualTo(4);
        assertThat(document.lines().at(document.text().indexOf("s = "))).isEqualTo(7);
        assertThat(text("{\"nbformat\": 4}", Format.NOTEBOOK)).isEqualTo("nbformat: 4");
    }

    @Test
    void refusesATextThatGrowsTooLong() {
        Taken taken = new Taken(1 << 20);
        assertThatThrownBy(() -> taken.add("x".repeat((1 << 20) + 1)))
                .isInstanceOf(Unreadable.class)
                .hasMessage("more than 1 million characters of text");
    }

    private static String text(String file, Format format) throws Unreadable {
        return FileReader.document(file, format).text();
    }
}
