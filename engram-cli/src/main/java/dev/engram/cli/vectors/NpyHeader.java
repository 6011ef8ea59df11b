package dev.engram.cli.vectors;

import dev.engram.error.CorruptException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a NumPy file, versions 1 to 3.
 *
 * <pre>
 *   0  6   "\x93NUMPY"
 *   6  u8  version, u8 minor version
 *   8  u16 length of the text (from version 2 on u32), then the text: a Python dictionary
 * </pre>
 */
final class NpyHeader {

    private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
    private static final int TEXT_BYTES_MAX = 1 << 16;
    private static final int FIXED_BYTES = 12;

    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

    private NpyHeader() {}

    static RowLayout layout(String file, MemorySegment bytes) {
        long size = bytes.byteSize();
        boolean ours =
                size >= FIXED_BYTES
                        && bytes.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC))
                                < 0;
        if (!ours) {
            throw new CorruptException(file, 0, "no NumPy file: it does not start with its mark");
        }
        int version = unsigned(bytes, MAGIC.length, 1);
        int lengthBytes = version == 1 ? 2 : 4;
        int start = MAGIC.length + 2 + lengthBytes;
        int length = unsigned(bytes, MAGIC.length + 2, lengthBytes);
        if (version < 1 || version > 3) {
            throw new CorruptException(file, MAGIC.length, "version " + version);
        }
        if (length < 0 || length > TEXT_BYTES_MAX || start + length > size) {
            throw new CorruptException(
                    file, MAGIC.length + 2L, "header of " + length + " bytes in " + size);
        }
        byte[] text = bytes.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
        return layout(file, new String(text, StandardCharsets.UTF_8), start + length, size);
    }

    private static RowLayout layout(String file, String text, long start, long size) {
        if (field(file, text, ORDER, "fortran_order").equals("True")) {
            throw new CorruptException(file, 0, "fortran_order: True (expected: False)");
        }
        String shape = field(file, text, SHAPE, "shape");
        String[] sides = shape.replaceAll(",\\s*$", "").split(",");
        if (sides.length != 2) {
            throw new CorruptException(file, 0, "shape: (" + shape + ") (expected: two numbers)");
        }
        Element element = element(file, field(file, text, TYPE, "descr"));
        return RowLayout.declared(
                file, element, start, side(file, sides[0]), side(file, sides[1]), size, true);
    }

    private static Element element(String file, String type) {
        return switch (type) {
            case "<f2" -> Element.FLOAT16;
            case "<f4" -> Element.FLOAT32;
            case "<f8" -> Element.FLOAT64;
            case "|i1", "<i1" -> Element.INT8;
            case "|u1", "<u1" -> Element.UINT8;
            case "<i4" -> Element.INT32;
            case "<u4" -> Element.UINT32;
            case "<i8" -> Element.INT64;
            default ->
                    throw new CorruptException(
                            file,
                            0,
                            "descr: '"
                                    + type
                                    + "' (expected: f2, f4, f8, i1, u1, i4, u4 or i8,"
                                    + " little-endian)");
        };
    }

    private static long side(String file, String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new CorruptException(file, "shape: '" + text + "' (expected: a number)", e);
        }
    }

    private static String field(String file, String text, Pattern pattern, String name) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new CorruptException(file, 0, "header without " + name);
        }
        return found.group(1);
    }

    private static int unsigned(MemorySegment bytes, long at, int length) {
        int value = 0;
        for (int i = 0; i < length; i++) {
            value |= Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, at + i)) << (8 * i);
        }
        return value;
    }
}
