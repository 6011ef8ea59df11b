package dev.engram.text.embed;

import dev.engram.error.CorruptException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A file of tensors, mapped. It holds numbers and names, and nothing that runs.
 *
 * <pre>
 *   0        u64       length n of the header
 *   8        n bytes   JSON: name -> dtype, shape, data_offsets [begin, end) behind the header
 *   8 + n              the numbers, little-endian
 * </pre>
 */
final class Safetensors implements AutoCloseable {

    private static final int HEADER_BYTES_MAX = 16 << 20;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** What a number is. */
    enum Type {
        F64(8),
        F32(4),
        F16(2),
        I64(8),
        I32(4),
        I8(1);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * Some numbers.
     *
     * @param type of each
     * @param rows how many rows
     * @param columns numbers a row; 1 for a list
     * @param data all of them, row after row
     */
    record Tensor(Type type, int rows, int columns, MemorySegment data) {

        /** The number at that place, counted over all rows. */
        double at(long index) {
            long offset = index * type.bytes;
            return switch (type) {
                case F64 -> data.get(DOUBLE, offset);
                case F32 -> data.get(FLOAT, offset);
                case F16 -> Float.float16ToFloat(data.get(SHORT, offset));
                case I64 -> data.get(LONG, offset);
                case I32 -> data.get(INT, offset);
                case I8 -> data.get(ValueLayout.JAVA_BYTE, offset);
            };
        }

        /** Adds {@code weight} times a row to {@code sum}. */
        void add(int row, double weight, double[] sum) {
            long at = (long) row * columns;
            for (int i = 0; i < columns; i++) {
                sum[i] += weight * at(at + i);
            }
        }
    }

    private final Path file;
    private final Arena arena = Arena.ofShared();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private Safetensors(Path file) {
        this.file = file;
    }

    /**
     * Maps a file.
     *
     * @throws CorruptException where it is not such a file, whole
     */
    static Safetensors open(Path file) {
        Safetensors opened = new Safetensors(file);
        boolean read = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            opened.read(channel.map(MapMode.READ_ONLY, 0, channel.size(), opened.arena));
            read = true;
            return opened;
        } catch (NoSuchFileException e) {
            throw new NotFoundException("no " + file, e);
        } catch (IOException e) {
            throw new UnavailableException("cannot read " + file + ": " + e.getMessage(), e);
        } finally {
            if (!read) {
                opened.close();
            }
        }
    }

    private void read(MemorySegment all) throws IOException {
        if (all.byteSize() < Long.BYTES) {
            throw corrupt("length: " + all.byteSize() + " (expected: at least 8)");
        }
        long length = all.get(LONG, 0);
        long most = Math.min(HEADER_BYTES_MAX, all.byteSize() - Long.BYTES);
        if (length < 2 || length > most) {
            throw corrupt("header: " + length + " bytes (expected: 2.." + most + ")");
        }
        byte[] header = all.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment data = all.asSlice(Long.BYTES + length);
        Json names = Json.of(file.toString(), header);
        for (String name : names.names()) {
            if (!name.equals("__metadata__")) {
                tensors.put(name, tensor(names.at(name), data));
            }
        }
    }

    private Tensor tensor(Json json, MemorySegment data) {
        Type type = type(json.at("dtype").text());
        List<Json> shape = json.at("shape").items();
        List<Json> offsets = json.at("data_offsets").items();
        if (shape.isEmpty() || shape.size() > 2 || offsets.size() != 2) {
            throw corrupt(json.what() + ": shape of " + shape.size() + " (expected: 1 or 2)");
        }
        long rows = size(shape.getFirst());
        long columns = shape.size() == 2 ? size(shape.get(1)) : 1;
        long begin = offsets.get(0).number();
        long end = offsets.get(1).number();
        // Nothing overflows below: there is no number of less than a byte.
        if (rows * columns > data.byteSize()) {
            throw corrupt(json.what() + ": " + rows + " x " + columns + " numbers do not fit");
        }
        boolean inside = begin >= 0 && begin <= end && end <= data.byteSize();
        if (!inside || end - begin != rows * columns * type.bytes) {
            throw corrupt(
                    json.what()
                            + ": bytes "
                            + begin
                            + ".."
                            + end
                            + " (expected: "
                            + rows * columns * type.bytes
                            + " of "
                            + data.byteSize()
                            + ")");
        }
        return new Tensor(type, (int) rows, (int) columns, data.asSlice(begin, end - begin));
    }

    private long size(Json json) {
        long size = json.number();
        if (size < 1 || size > Integer.MAX_VALUE) {
            throw corrupt(json.what() + ": " + size + " (expected: 1.." + Integer.MAX_VALUE + ")");
        }
        return size;
    }

    private Type type(String name) {
        for (Type type : Type.values()) {
            if (type.name().equals(name.toUpperCase(Locale.ROOT))) {
                return type;
            }
        }
        throw corrupt("dtype: " + name + " (expected: F64, F32, F16, I64, I32 or I8)");
    }

    private CorruptException corrupt(String what) {
        return new CorruptException(file.toString(), 0, what);
    }

    /** Whether there is a tensor of that name. */
    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** The tensor of that name. */
    Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw corrupt("no tensor '" + name + "' (there are: " + tensors.keySet() + ")");
        }
        return tensor;
    }

    @Override
    public void close() {
        arena.close();
    }
}
