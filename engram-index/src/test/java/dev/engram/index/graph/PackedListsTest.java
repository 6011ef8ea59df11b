package dev.engram.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.storage.DiskStorage;
import dev.engram.storage.Guarded;
import dev.engram.storage.Kind;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.SegmentWriter;
import dev.engram.storage.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PackedListsTest {

    private static final Kind KIND = new Kind("TEST", 1);

    @TempDir private Path folder;

    /** Lists of random links, some empty and some full, each id at most once in a list. */
    private static int[][] lists(Random random, int lists, int nodes, int capacity) {
        int[][] links = new int[lists][];
        for (int list = 0; list < lists; list++) {
            int most = Math.min(capacity, nodes);
            int count =
                    switch (list % 5) {
                        case 0 -> 0;
                        case 1 -> most;
                        default -> random.nextInt(most + 1);
                    };
            links[list] = random.ints(0, nodes).distinct().limit(count).toArray();
        }
        return links;
    }

    private static MemorySegment growing(int[][] lists, int capacity) {
        long bytes = HnswLayout.listBytes(capacity);
        MemorySegment block = MemorySegment.ofArray(new byte[(int) (lists.length * bytes)]);
        for (int list = 0; list < lists.length; list++) {
            HnswLayout.setLinkCount(block, list * bytes, lists[list].length);
            for (int i = 0; i < lists[list].length; i++) {
                HnswLayout.setLink(block, list * bytes, i, lists[list][i]);
            }
        }
        return block;
    }

    /** The bytes of a section that holds these lists. */
    private byte[] packed(int[][] lists, int nodes, int capacity) throws IOException {
        Storage storage = new DiskStorage(folder);
        Files.deleteIfExists(folder.resolve("lists"));
        try (Arena arena = Arena.ofConfined()) {
            try (SegmentWriter writer = SegmentWriter.create(storage, "lists", KIND)) {
                writer.section(0);
                PackedLists.write(writer, growing(lists, capacity), nodes, capacity);
                writer.finish();
            }
            return SegmentFile.open(storage, "lists", KIND, arena)
                    .verified(0)
                    .toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static PackedLists read(byte[] packed, int lists, int nodes, int capacity) {
        Guarded bytes = Guarded.made(MemorySegment.ofArray(packed));
        return new PackedLists(bytes, lists, nodes, capacity);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 4",
        "1, 1, 4",
        "60, 2, 4",
        "100, 4, 4",
        "300, 33, 32",
        "300, 1000, 32",
        "200, 65536, 32",
        "200, 1000000, 256",
        "100, 2147483647, 256",
        "57, 300, 256"
    })
    void readsBackWhatWasPacked(int count, int nodes, int capacity) throws IOException {
        int[][] lists = lists(new Random(nodes), count, nodes, capacity);
        PackedLists read = read(packed(lists, nodes, capacity), count, nodes, capacity);
        int[] into = new int[capacity];
        for (int list = 0; list < count; list++) {
            int found = read.read(list, into);
            Arrays.sort(lists[list]);
            assertThat(Arrays.copyOf(into, found)).isEqualTo(lists[list]);
        }
        read.verify();
    }

    @Test
    void takesLittleMoreThanTheLogarithmOfTheNodesALink() throws IOException {
        int nodes = 100_000;
        int[][] lists = new int[nodes][];
        Random random = new Random(3);
        Arrays.setAll(lists, _ -> random.ints(0, nodes).distinct().limit(20).toArray());
        // log2(nodes / 20) is 12.3 bits, and of a code for such lists no less than 13.7.
        int bytes = packed(lists, nodes, 32).length;
        assertThat(bytes).isLessThan((int) (nodes * (20 * 14.5 / 8 + 4)));
    }

    /** Whatever stands there, with a checksum that is right: ids of nodes, or an exception. */
    @Test
    void neverHandsOutWhatIsNoNode() throws IOException {
        int nodes = 1000;
        int capacity = 32;
        Random random = new Random(7);
        int[][] lists = lists(random, 100, nodes, capacity);
        byte[] good = packed(lists, nodes, capacity);
        int[] into = new int[capacity];
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] bad = good.clone();
            for (int flip = 0; flip <= i % 4; flip++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            PackedLists read = read(bad, lists.length, nodes, capacity);
            try {
                for (int list = 0; list < lists.length; list++) {
                    int count = read.read(list, into);
                    assertThat(count).isBetween(0, capacity);
                    for (int link = 0; link < count; link++) {
                        assertThat(into[link] >= 0 && into[link] < nodes).isTrue();
                    }
                }
            } catch (CorruptException e) {
                assertThat(e).hasMessageContaining("corrupt file");
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 9_999);
    }

    @Test
    void refusesAListThatIsNotThereAndASectionThatIsTooShort() throws IOException {
        byte[] packed = packed(lists(new Random(1), 30, 10, 4), 10, 4);
        PackedLists read = read(packed, 30, 10, 4);
        int[] into = new int[4];
        assertThatThrownBy(() -> read.read(30, into)).isInstanceOf(CorruptException.class);
        assertThatThrownBy(() -> read.read(-1, into)).isInstanceOf(CorruptException.class);
        assertThatThrownBy(() -> read(new byte[100], 30, 10, 4))
                .isInstanceOf(CorruptException.class);
        byte[] longer = Arrays.copyOf(packed, packed.length + 1);
        assertThatThrownBy(() -> read(longer, 30, 10, 4).verify())
                .isInstanceOf(CorruptException.class);
    }
}
