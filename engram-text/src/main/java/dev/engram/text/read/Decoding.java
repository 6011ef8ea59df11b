package dev.engram.text.read;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From bytes to characters: a byte order mark decides; else NUL bytes mean that it is not text;
 * else what is valid UTF-8 is UTF-8; else a web page or XML may name its encoding; else it is
 * windows-1252, or ISO-8859-1 where a byte has no meaning there.
 */
final class Decoding {

    /** How much of a file is looked at to tell what it is. */
    static final int SNIFF_BYTES = 8192;

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final Pattern META_CHARSET =
            Pattern.compile(
                    "<meta[^>]+charset\\s*=\\s*[\"']?([\\w.:-]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern XML_ENCODING =
            Pattern.compile("^<\\?xml[^>]+encoding\\s*=\\s*[\"']([\\w.:-]+)");
    private static final int META_BYTES = 4096;

    private Decoding() {}

    /**
     * The text of a file.
     *
     * @throws Unreadable where it is not text
     */
    static String decode(byte[] bytes, Format format) throws Unreadable {
        Charset marked = byteOrderMark(bytes, bytes.length);
        if (marked != null) {
            int skip = markBytes(marked);
            return new String(bytes, skip, bytes.length - skip, marked);
        }
        if (hasNul(bytes, bytes.length)) {
            throw new Unreadable("not text (it holds NUL bytes)");
        }
        if (isValid(bytes, bytes.length, StandardCharsets.UTF_8)) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        Charset declared =
                switch (format) {
                    case HTML -> declared(bytes, META_CHARSET);
                    case XML -> declared(bytes, XML_ENCODING);
                    default -> null;
                };
        for (Charset guess : new @Nullable Charset[] {declared, WINDOWS_1252}) {
            if (guess != null && isValid(bytes, bytes.length, guess)) {
                return new String(bytes, guess);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Whether a file that begins so, and whose name says nothing, is to be taken for text. */
    static boolean looksLikeText(byte[] head, int length) {
        if (byteOrderMark(head, length) != null) {
            return true;
        }
        if (hasNul(head, length)) {
            return false;
        }
        // The head may end inside a character: up to three bytes of it.
        for (int cut = 0; cut <= 3 && cut <= length; cut++) {
            if (isValid(head, length - cut, StandardCharsets.UTF_8)) {
                return cut == 0 || length == SNIFF_BYTES;
            }
        }
        return false;
    }

    private static @Nullable Charset byteOrderMark(byte[] bytes, int length) {
        if (begins(bytes, length, 0xEF, 0xBB, 0xBF)) {
            return StandardCharsets.UTF_8;
        }
        // Before UTF-16, whose mark this one begins with.
        if (begins(bytes, length, 0xFF, 0xFE, 0, 0)) {
            return StandardCharsets.UTF_32LE;
        }
        if (begins(bytes, length, 0, 0, 0xFE, 0xFF)) {
            return StandardCharsets.UTF_32BE;
        }
        if (begins(bytes, length, 0xFF, 0xFE)) {
            return StandardCharsets.UTF_16LE;
        }
        return begins(bytes, length, 0xFE, 0xFF) ? StandardCharsets.UTF_16BE : null;
    }

    private static boolean begins(byte[] bytes, int length, int... mark) {
        if (length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if (bytes[i] != (byte) mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static int markBytes(Charset charset) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return 3;
        }
        return charset.name().startsWith("UTF-32") ? 4 : 2;
    }

    private static boolean hasNul(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** Looks without keeping what it decodes: the text would take twice the memory. */
    private static boolean isValid(byte[] bytes, int length, Charset charset) {
        var decoder =
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
        CharBuffer out = CharBuffer.allocate(SNIFF_BYTES);
        CoderResult result = decoder.decode(in, out.clear(), true);
        while (result.isOverflow()) {
            result = decoder.decode(in, out.clear(), true);
        }
        return !result.isError();
    }

    private static @Nullable Charset declared(byte[] bytes, Pattern pattern) {
        int length = Math.min(bytes.length, META_BYTES);
        Matcher meta = pattern.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        if (!meta.find()) {
            return null;
        }
        try {
            return Charset.forName(meta.group(1));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return null;
        }
    }
}
