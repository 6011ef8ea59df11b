package dev.engram.cli.vectors;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Writes vector files as other programs do. */
public final class WrittenVectors {

    private static final Logger HDF = Logger.getLogger("io.jhdf");

    static {
        // It warns of every file it writes, and of every bit that a test turns over.
        HDF.setLevel(Level.SEVERE);
    }

    private WrittenVectors() {}

    /** Little-endian, zero, with room for so many bytes. */
    public static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    public static Path write(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(bytes.rewind());
        }
        return file;
    }

    public static Path fvecs(Path file, float[][] rows) throws IOException {
        ByteBuffer out = bytes(rows.length * (4 + 4 * rows[0].length));
        for (float[] row : rows) {
            out.putInt(row.length);
            for (float x : row) {
                out.putFloat(x);
            }
        }
        return write(file, out);
    }

    public static Path ivecs(Path file, int[][] rows) throws IOException {
        ByteBuffer out = bytes(rows.length * (4 + 4 * rows[0].length));
        for (int[] row : rows) {
            out.putInt(row.length);
            for (int x : row) {
                out.putInt(x);
            }
        }
        return write(file, out);
    }

    public static Path bvecs(Path file, int[][] rows) throws IOException {
        ByteBuffer out = bytes(rows.length * (4 + rows[0].length));
        for (int[] row : rows) {
            out.putInt(row.length);
            for (int x : row) {
                out.put((byte) x);
            }
        }
        return write(file, out);
    }

    public static Path fbin(Path file, float[][] rows) throws IOException {
        ByteBuffer out = bytes(8 + 4 * rows.length * rows[0].length);
        out.putInt(rows.length).putInt(rows[0].length);
        for (float[] row : rows) {
            for (float x : row) {
                out.putFloat(x);
            }
        }
        return write(file, out);
    }

    /** A NumPy file of version 1 with any header and content. */
    public static Path npy(Path file, String header, ByteBuffer content) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = bytes(10 + text.length + content.capacity());
        out.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.UTF_8));
        out.put((byte) 1).put((byte) 0).putShort((short) text.length).put(text);
        out.put(content.rewind());
        return write(file, out);
    }

    /** The datasets of ann-benchmarks. */
    public static Path hdf5(Path file, float[][] train, float[][] test, int[][] neighbors) {
        try (WritableHdfFile out = HdfFile.write(file)) {
            out.putDataset("train", train);
            out.putDataset("test", test);
            out.putDataset("neighbors", neighbors);
        }
        return file;
    }
}
