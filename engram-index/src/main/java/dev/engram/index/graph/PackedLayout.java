package dev.engram.index.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of lists of links in a file. All numbers are little-endian, bits count from the lowest
 * of a byte; n is how many nodes there are to be linked to.
 *
 * <pre>
 *   a line for 28 lists each, 64 bytes
 *      0  u48  where the first of them starts, behind the lines
 *      6  u16  zero
 *      8  28 x u16  where each of them ends, behind the start of the first; zero behind the last list
 *   a list of c links, ascending; one of none has no bytes
 *      0  u8   c - 1
 *      1  c + (n - 1 >> w) bits   bit i + (link i >> w) is set, all others are not
 *     ..  c x w bits              the lower w bits of each link
 *     ..  zero bits to the end of the byte
 *   8 bytes of zero, so that 8 bytes can be read wherever a list has a bit
 * </pre>
 *
 * With w the greatest number for which {@code c << w} is at most n, or 0. This is the code of Elias
 * (1974) and Fano (1971) for ascending numbers: less than two bits a link more than the logarithm
 * of n / c, whatever the numbers. A line ends where the next list starts, so that one line tells
 * both; and since the bytes of a list follow from the number of its links, each checks the other.
 */
final class PackedLayout {

    /** Lists a line. */
    static final int LISTS = 28;

    static final int LINE_BYTES = 64;

    /** Bytes behind the last list. */
    static final int PADDING = 8;

    static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long FIRST_MASK = (1L << 48) - 1;

    /** Where the first list of a line would have ended, if it were the second. */
    private static final int ENDS = 6;

    private static final int MASK_16 = 0xffff;

    private PackedLayout() {}

    /** How many bytes the lines of so many lists take. */
    static long lineBytes(int lists) {
        return (lists + LISTS - 1L) / LISTS * LINE_BYTES;
    }

    /** Where the line of a list starts. */
    static long line(int list) {
        return (long) (list / LISTS) * LINE_BYTES;
    }

    /** The place in the line of a list where it is told where the list starts. */
    static long place(int list, long line) {
        return line + ENDS + (long) (list % LISTS) * Short.BYTES;
    }

    static long first(MemorySegment bytes, long line) {
        return bytes.get(LONG, line) & FIRST_MASK;
    }

    static int start(MemorySegment bytes, long place) {
        return bytes.get(SHORT, place) & MASK_16;
    }

    static int end(MemorySegment bytes, long place) {
        return bytes.get(SHORT, place + Short.BYTES) & MASK_16;
    }

    static void setFirst(MemorySegment lines, long line, long first) {
        lines.set(LONG, line, first);
    }

    static void setEnd(MemorySegment lines, long place, int end) {
        lines.set(SHORT, place + Short.BYTES, (short) end);
    }

    static int count(MemorySegment bytes, long list) {
        return (bytes.get(ValueLayout.JAVA_BYTE, list) & 0xff) + 1;
    }

    static void setCount(MemorySegment bytes, int count) {
        bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) (count - 1));
    }

    /** The lower bits of each of so many links. */
    static int lowBits(int nodes, int count) {
        return count == 0 || count > nodes ? 0 : 31 - Integer.numberOfLeadingZeros(nodes / count);
    }

    /** The bits of the higher part of a list. */
    static int highBits(int nodes, int count, int low) {
        return count + ((nodes - 1) >>> low);
    }

    /** The bytes of a list. */
    static int bytes(int nodes, int count) {
        int low = lowBits(nodes, count);
        int bits = highBits(nodes, count, low) + count * low;
        return count == 0 ? 0 : 1 + (bits + 7) / 8;
    }
}
