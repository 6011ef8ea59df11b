package dev.engram.text.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class DocumentsTest {

    @Test
    void findsTheHeadingsOfMarkdown() {
        Document document =
                markdown(
                        """
                        # One

                        text
                        ## Two ##
                        ####### seven is none
                        #none
                        Three
                        =====
                        Four
                        ---

                        - item
                        ---
                        | a |
                        |---|
                        """);
        assertThat(document.headings())
                .extracting(Heading::title)
                .containsExactly("One", "Two", "Three", "Four");
        assertThat(document.headings()).extracting(Heading::level).containsExactly(1, 2, 1, 2);
        assertThat(document.title()).isEqualTo("One");
        for (Heading heading : document.headings()) {
            assertThat(document.text().substring(heading.start(), heading.end()))
                    .contains(heading.title())
                    .endsWith("\n");
        }
    }

    @Test
    void seesNoHeadingInAFence() {
        Document document =
                markdown(
                        """
                        ```sh
                        # comment
                        ~~~
                        ```
                        ~~~
                        # no
                        ```
                        # no
                        ~~~~
                        # yes
                        ````x
                        # no
                        ```
                        """);
        assertThat(document.headings()).extracting(Heading::title).containsExactly("yes");
    }

    @Test
    void takesTheTitleFromTheFrontMatter() {
        Document document =
                markdown(
                        """
                        ---
                        title: "A page"
                        date: 2026
                        ---

                        # Head
                        """);
        assertThat(document.title()).isEqualTo("A page");
        assertThat(document.headings()).extracting(Heading::title).containsExactly("Head");
        assertThat(markdown("---\nnot closed\n\n# Head\n").title()).isEqualTo("Head");
        assertThat(markdown("just text").title()).isNull();
    }

    @Test
    void takesFromAPageWhatPeopleSee() {
        Document document =
                html(
                        """
                        <html><head><title> The  page </title><style>p{}</style></head>
                        <body><script>no()</script>
                        <h1>Head&amp;er</h1>
                        <p>Some <b>bold</b>
                        text.</p><ul><li>one<li>two</ul>
                        <pre>a
                          b</pre><table><tr><td>x</td><td>y</td></tr><tr><td>z</td></tr></table>
                        line<br>break</body></html>
                        """);
        assertThat(document.text())
                .isEqualTo(
                        """
                        Head&er

                        Some bold text.

                        one
                        two

                        a
                          b

                        x y
                        z

                        line
                        break\
                        """);
        assertThat(document.title()).isEqualTo("The page");
        assertThat(document.headings()).extracting(Heading::title).containsExactly("Head&er");
    }

    @Test
    void knowsTheLinesOfAPage() {
        String page =
                """
                <html>
                <body>
                <p>first</p>

                <p>second
                third</p>
                </body></html>
                """;
        Document document = html(page);
        assertThat(line(document, "first")).isEqualTo(3);
        assertThat(line(document, "second")).isEqualTo(5);
        assertThat(line(document, "third")).isEqualTo(6);
    }

    @Test
    void knowsTheLinesOfALongStretchOfAPage() {
        Document document = html("<p>" + "word\n".repeat(30_000) + "<b>last</b>\n\n<i>end</i>");
        assertThat(line(document, "word")).isEqualTo(1);
        assertThat(document.lines().at(document.text().lastIndexOf("word"))).isEqualTo(30_000);
        assertThat(line(document, "last")).isEqualTo(30_001);
        assertThat(line(document, "end")).isEqualTo(30_003);
    }

    @Test
    void knowsTheLinesOfAText() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 3000; i++) {
            text.append("line").append(i).append(i % 3 == 0 ? "\r\n" : i % 3 == 1 ? "\n" : "\r");
        }
        Document document = Document.plain(text.toString(), Form.PROSE);
        for (int i = 1; i <= 3000; i += 7) {
            assertThat(document.lines().at(text.indexOf("line" + i))).isEqualTo(i);
        }
    }

    @Test
    void standsDeeplyNestedPages() {
        Document document = html("<div>".repeat(20_000) + "deep" + "</div>".repeat(20_000));
        assertThat(document.text()).isEqualTo("deep");
    }

    @Test
    void refusesPagesOfTooManyTags() {
        assertThatThrownBy(() -> FileReader.document("<b>".repeat(250_001), Format.HTML))
                .isInstanceOf(Unreadable.class)
                .hasMessage("a web page of more than 250000 tags");
    }

    private static int line(Document document, String word) {
        return document.lines().at(document.text().indexOf(word));
    }

    private static Document markdown(String text) {
        return Documents.of(text, Form.MARKDOWN);
    }

    private static Document html(String text) {
        return Documents.of(text, Form.HTML);
    }
}
