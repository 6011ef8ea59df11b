package dev.engram.text.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class DecodingTest {

    private static final String TEXT = "naïve café, 漢字 😀\n";

    @Test
    void readsUtf8WithAndWithoutAMark() throws Unreadable {
        byte[] plain = TEXT.getBytes(StandardCharsets.UTF_8);
        assertThat(Decoding.decode(plain, Format.PROSE)).isEqualTo(TEXT);
        assertThat(Decoding.decode(marked(plain, 0xEF, 0xBB, 0xBF), Format.PROSE)).isEqualTo(TEXT);
        assertThat(Decoding.decode(new byte[0], Format.PROSE)).isEmpty();
    }

    @Test
    void readsWideEncodingsByTheirMark() throws Unreadable {
        assertThat(Decoding.decode(marked(bytes("UTF-16LE"), 0xFF, 0xFE), Format.PROSE))
                .isEqualTo(TEXT);
        assertThat(Decoding.decode(marked(bytes("UTF-16BE"), 0xFE, 0xFF), Format.PROSE))
                .isEqualTo(TEXT);
        assertThat(Decoding.decode(marked(bytes("UTF-32LE"), 0xFF, 0xFE, 0, 0), Format.PROSE))
                .isEqualTo(TEXT);
        assertThat(Decoding.decode(marked(bytes("UTF-32BE"), 0, 0, 0xFE, 0xFF), Format.PROSE))
                .isEqualTo(TEXT);
    }

    @Test
    void fallsBackToWesternEncodings() throws Unreadable {
        byte[] windows = "“naïve” — 5 €".getBytes(Charset.forName("windows-1252"));
        assertThat(Decoding.decode(windows, Format.PROSE)).isEqualTo("“naïve” — 5 €");
        byte[] latin = {(byte) 0xE9, (byte) 0x81, 'x'};
        assertThat(Decoding.decode(latin, Format.PROSE)).isEqualTo("é\u0081x");
    }

    @Test
    void believesAWebPageThatNamesItsEncoding() throws Unreadable {
        String page = "<html><head><meta charset=\"Shift_JIS\"></head><body>漢字</body></html>";
        byte[] bytes = page.getBytes(Charset.forName("Shift_JIS"));
        assertThat(Decoding.decode(bytes, Format.HTML)).isEqualTo(page);
        byte[] unknown = "<meta charset='no-such'>\u00e9".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Decoding.decode(unknown, Format.HTML)).endsWith("é");
    }

    @Test
    void refusesWhatHoldsNulBytes() {
        assertThatThrownBy(() -> Decoding.decode(new byte[] {'a', 0, 'b'}, Format.LINES))
                .isInstanceOf(Unreadable.class)
                .hasMessage("not text (it holds NUL bytes)");
    }

    @Test
    void tellsTextByItsBeginning() {
        assertThat(looksLikeText("plain".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(looksLikeText(new byte[] {'a', 0})).isFalse();
        assertThat(looksLikeText(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10})).isFalse();
        assertThat(looksLikeText(marked(bytes("UTF-16LE"), 0xFF, 0xFE))).isTrue();
        byte[] cut = Arrays.copyOf("€".repeat(4000).getBytes(StandardCharsets.UTF_8), 8192);
        assertThat(looksLikeText(cut)).isTrue();
        assertThat(looksLikeText(Arrays.copyOf(cut, 100))).as("ends inside a character").isFalse();
    }

    private static boolean looksLikeText(byte[] head) {
        return Decoding.looksLikeText(head, head.length);
    }

    private static byte[] bytes(String charset) {
        return TEXT.getBytes(Charset.forName(charset));
    }

    private static byte[] marked(byte[] bytes, int... mark) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Arrays.stream(mark).forEach(out::write);
        out.writeBytes(bytes);
        return out.toByteArray();
    }
}
