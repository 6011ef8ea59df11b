package dev.engram.cli.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.error.NotFoundException;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VectorFileTest {

    private static final float[][] ROWS = {{1, 2.5f, -3}, {0, 1e-30f, 4}};
    private static final int[][] WHOLE = {{1, 2, 255}, {0, 7, 4}};

    @TempDir Path folder;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void unmap() {
        arena.close();
    }

    private VectorFile open(Path file) {
        return VectorFile.open(file, Part.BASE, arena);
    }

    private static float[][] floats(VectorFile file) {
        float[][] rows = new float[file.count()][file.dimension()];
        for (int row = 0; row < rows.length; row++) {
            file.copyRow(row, rows[row]);
        }
        return rows;
    }

    private static int[][] ids(VectorFile file) {
        int[][] rows = new int[file.count()][file.dimension()];
        for (int row = 0; row < rows.length; row++) {
            file.copyIds(row, 255, rows[row]);
        }
        return rows;
    }

    private static String npyHeader(String type, String shape) {
        return "{'descr': '%s', 'fortran_order': False, 'shape': %s, }   \n".formatted(type, shape);
    }

    @Test
    void readsFloats() throws IOException {
        assertThat(floats(open(WrittenVectors.fvecs(folder.resolve("a.fvecs"), ROWS))))
                .isEqualTo(ROWS);
        assertThat(floats(open(WrittenVectors.fbin(folder.resolve("a.FBIN"), ROWS))))
                .isEqualTo(ROWS);
    }

    @Test
    void readsWholeNumbers() throws IOException {
        float[][] asFloats = {{1, 2, 255}, {0, 7, 4}};
        VectorFile bytes = open(WrittenVectors.bvecs(folder.resolve("a.bvecs"), WHOLE));
        VectorFile ints = open(WrittenVectors.ivecs(folder.resolve("a.ivecs"), WHOLE));
        assertThat(floats(bytes)).isEqualTo(asFloats);
        assertThat(ids(bytes)).isEqualTo(WHOLE);
        assertThat(floats(ints)).isEqualTo(asFloats);
        assertThat(ids(ints)).isEqualTo(WHOLE);
    }

    @Test
    void readsWhatNumPyWrites() throws IOException {
        ByteBuffer numbers = WrittenVectors.bytes(24);
        ByteBuffer doubles = WrittenVectors.bytes(48);
        ByteBuffer halves = WrittenVectors.bytes(12);
        for (float[] row : ROWS) {
            for (float x : row) {
                numbers.putFloat(x);
                doubles.putDouble(x);
                halves.putShort(Float.floatToFloat16(x));
            }
        }
        assertThat(floats(npy("<f4", "(2, 3)", numbers))).isEqualTo(ROWS);
        assertThat(floats(npy("<f8", "(2, 3,)", doubles))).isEqualTo(ROWS);
        assertThat(floats(npy("<f2", "(2, 3)", halves))[0]).isEqualTo(ROWS[0]);
        ByteBuffer longs = WrittenVectors.bytes(48);
        ByteBuffer bytes = WrittenVectors.bytes(6);
        for (int[] row : WHOLE) {
            for (int x : row) {
                longs.putLong(x);
                bytes.put((byte) x);
            }
        }
        assertThat(ids(npy("<i8", "(2, 3)", longs))).isEqualTo(WHOLE);
        assertThat(ids(npy("|u1", "(2, 3)", bytes))).isEqualTo(WHOLE);
    }

    private VectorFile npy(String type, String shape, ByteBuffer content) throws IOException {
        Path file = folder.resolve(type.substring(1) + ".npy");
        return open(WrittenVectors.npy(file, npyHeader(type, shape), content));
    }

    @Test
    void readsTheDatasetsOfAnnBenchmarks() {
        Path file = folder.resolve("set.hdf5");
        WrittenVectors.hdf5(file, ROWS, new float[][] {{7, 8, 9}}, new int[][] {{1, 0}});
        assertThat(floats(VectorFile.open(file, Part.BASE, arena))).isEqualTo(ROWS);
        assertThat(floats(VectorFile.open(file, Part.QUERIES, arena)))
                .isEqualTo(new float[][] {{7, 8, 9}});
        assertThat(ids(VectorFile.open(file, Part.TRUTH, arena))).isEqualTo(new int[][] {{1, 0}});
    }

    @Test
    void knowsAFileAgainByItsChecksum() throws IOException {
        Path file = WrittenVectors.fvecs(folder.resolve("a.fvecs"), ROWS);
        int checksum = open(file).checksum();
        assertThat(open(file).checksum()).isEqualTo(checksum);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        assertThat(open(Files.write(folder.resolve("b.fvecs"), bytes)).checksum())
                .isNotEqualTo(checksum);
    }

    @Test
    void refusesAFormatItDoesNotKnow() {
        assertThatThrownBy(() -> open(folder.resolve("a.csv")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.csv")
                .hasMessageContaining(".fvecs");
        assertThatThrownBy(() -> open(folder.resolve("none.fbin")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("none.fbin");
    }

    @Test
    void namesTheRowOfAnotherDimension() throws IOException {
        Path file = WrittenVectors.fvecs(folder.resolve("a.fvecs"), ROWS);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        bytes.put(16, (byte) 2);
        refused(
                WrittenVectors.write(file, bytes),
                "at byte 16",
                "row 1: dimension 2 (expected: 3)");
    }

    @Test
    void refusesATruncatedFile() throws IOException {
        Path fvecs = WrittenVectors.fvecs(folder.resolve("a.fvecs"), ROWS);
        cut(fvecs, 29);
        refused(fvecs, "at byte 29", "truncated in row 1", "13 bytes");
        Path fbin = WrittenVectors.fbin(folder.resolve("a.fbin"), ROWS);
        cut(fbin, 31);
        refused(fbin, "at byte 31", "truncated in row 1", "31 bytes (expected: 32");
        cut(fbin, 5);
        refused(fbin, "truncated header: 5 bytes");
        cut(fbin, 0);
        refused(fbin, "truncated header: 0 bytes");
        cut(fvecs, 3);
        refused(fvecs, "truncated in row 0");
        Path hdf = folder.resolve("a.hdf5");
        WrittenVectors.hdf5(hdf, new float[900][40], ROWS, WHOLE);
        cut(hdf, (int) Files.size(hdf) / 2);
        refused(hdf, "a.hdf5");
    }

    private static void cut(Path file, int length) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    }

    @Test
    void refusesWhatFollowsTheRows() throws IOException {
        Path file = WrittenVectors.fbin(folder.resolve("a.fbin"), ROWS);
        cut(file, 33);
        refused(file, "at byte 32", "bytes left");
    }

    @Test
    void refusesAnAbsurdHeader() throws IOException {
        for (int[] header : new int[][] {{-1, 3}, {0, 3}, {2, -3}, {2, 0}, {2, 65_537}}) {
            Path file = folder.resolve("a.fbin");
            WrittenVectors.write(
                    file, WrittenVectors.bytes(64).putInt(header[0]).putInt(header[1]));
            refused(file, "(expected: 1..");
        }
        Path huge = folder.resolve("huge.fbin");
        WrittenVectors.write(
                huge, WrittenVectors.bytes(64).putInt(Integer.MAX_VALUE).putInt(65536));
        refused(huge, "truncated in row 0", "the file has 64 bytes");
        Path fvecs = folder.resolve("a.fvecs");
        WrittenVectors.write(fvecs, WrittenVectors.bytes(64).putInt(-5));
        refused(fvecs, "row 0: dimension -5 (expected: 1..65536)");
    }

    @Test
    void refusesABadNumPyHeader() throws IOException {
        Path file = folder.resolve("a.npy");
        ByteBuffer numbers = WrittenVectors.bytes(24);
        List<String> headers =
                List.of(
                        npyHeader("<f4", "(2, -3)"),
                        npyHeader("<f4", "(6,)"),
                        npyHeader("<f4", "(2, x)"),
                        npyHeader("<f4", "(99999999999999999999, 3)"),
                        npyHeader(">f4", "(2, 3)"),
                        npyHeader("<c8", "(2, 3)"),
                        npyHeader("<f4", "(3, 3)"),
                        npyHeader("<f4", "(1, 3)"),
                        npyHeader("<f4", "(2, 3)").replace("False", "True"),
                        npyHeader("<f4", "(2, 3)").replace("descr", "desc"),
                        "");
        for (String header : headers) {
            refused(WrittenVectors.npy(file, header, numbers), "a.npy");
        }
        WrittenVectors.npy(file, npyHeader("<f4", "(2, 3)"), numbers);
        byte[] good = Files.readAllBytes(file);
        for (int at : new int[] {0, 6, 9}) {
            byte[] bad = good.clone();
            bad[at] = (byte) 0xee;
            refused(Files.write(file, bad), "a.npy");
        }
    }

    @Test
    void refusesAnHdfFileOfAnotherKind() throws IOException {
        Path file = folder.resolve("a.hdf5");
        refused(WrittenVectors.write(file, WrittenVectors.bytes(4096)), "no HDF5 file");
        Files.delete(file);
        try (WritableHdfFile out = HdfFile.write(file)) {
            out.putDataset("train", new double[] {1, 2});
            out.putDataset("test", new String[] {"x"});
        }
        refused(file, "train: 1 dimensions (expected: 2)");
        assertThatThrownBy(() -> VectorFile.open(file, Part.TRUTH, arena))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("no dataset 'neighbors'");
        assertThatThrownBy(() -> VectorFile.open(file, Part.QUERIES, arena))
                .isInstanceOf(CorruptException.class);
    }

    @Test
    void survivesAnyDamageToAnHdfFile() throws IOException {
        Path file = folder.resolve("a.hdf5");
        WrittenVectors.hdf5(file, ROWS, ROWS, WHOLE);
        byte[] good = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(42);
        List<Path> refused = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Path damaged = Files.write(folder.resolve(i + ".hdf5"), bad);
            try {
                // Where the bit mattered to nobody, or only to a number, the file is read.
                VectorFile.open(damaged, Part.BASE, arena).count();
            } catch (CorruptException e) {
                refused.add(damaged);
            }
        }
        assertThat(refused).isNotEmpty();
    }

    @Test
    void namesTheNumberThatIsNotFinite() throws IOException {
        for (float odd : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            float[][] rows = {{1, 2, 3}, {4, odd, 6}};
            VectorFile file = open(WrittenVectors.fvecs(folder.resolve("a.fvecs"), rows));
            assertThatThrownBy(() -> floats(file))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("a.fvecs at byte 24: row 1, component 1: " + odd);
        }
        ByteBuffer beyond = WrittenVectors.bytes(8).putDouble(1e300);
        VectorFile doubles = npy("<f8", "(1, 1)", beyond);
        assertThatThrownBy(() -> floats(doubles)).hasMessageContaining("row 0, component 0");
    }

    @Test
    void namesTheIdThatIsOutOfRange() throws IOException {
        for (int id : new int[] {-1, 256}) {
            int[][] rows = {{1, 2}, {3, id}};
            VectorFile file = open(WrittenVectors.ivecs(folder.resolve("t.ivecs"), rows));
            assertThatThrownBy(() -> ids(file))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("row 1, component 1: id " + id + " (expected: 0..255)");
        }
    }

    @Test
    void refusesATruthThatIsNotWhole() throws IOException {
        Path file = WrittenVectors.fvecs(folder.resolve("t.fvecs"), ROWS);
        assertThatThrownBy(() -> VectorFile.open(file, Part.TRUTH, arena))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("expected: whole");
    }

    private void refused(Path file, String... says) {
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContainingAll(says);
    }
}
