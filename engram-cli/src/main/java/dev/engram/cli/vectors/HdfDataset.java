package dev.engram.cli.vectors;

import dev.engram.error.CorruptException;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OrderedDataType;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Finds a dataset in an HDF5 file. Its numbers lie in one piece, so they are mapped like others.
 */
final class HdfDataset {

    private HdfDataset() {}

    static RowLayout layout(String file, Path path, long fileBytes, String name) {
        try (HdfFile hdf = new HdfFile(path)) {
            Node node = hdf.getChildren().get(name);
            if (!(node instanceof Dataset dataset)) {
                throw new CorruptException(
                        file,
                        0,
                        "no dataset '" + name + "' (found: " + hdf.getChildren().keySet() + ")");
            }
            return layout(file, dataset, hdf.getUserBlockSize(), fileBytes);
        } catch (CorruptException e) {
            throw e;
        } catch (RuntimeException e) {
            // The library answers damage with whatever its parser ran into.
            throw new CorruptException(file, "no HDF5 file that can be read: " + e.getMessage(), e);
        }
    }

    private static RowLayout layout(
            String file, Dataset dataset, long userBytes, long fileBytes) {
        String name = dataset.getName();
        long[] sides = dataset.getDimensionsAsLong();
        if (sides.length != 2) {
            throw new CorruptException(
                    file, 0, name + ": " + sides.length + " dimensions (expected: 2)");
        }
        if (!(dataset instanceof ContiguousDataset contiguous)) {
            throw new CorruptException(
                    file,
                    0,
                    name
                            + ": "
                            + dataset.getDataLayout()
                            + " (expected: contiguous, not compressed)");
        }
        return RowLayout.declared(
                file,
                element(file, name, dataset.getDataType()),
                // Addresses count from behind what a program may put before the HDF5 part.
                userBytes + contiguous.getDataAddress(),
                sides[0],
                sides[1],
                fileBytes,
                false);
    }

    private static Element element(String file, String name, DataType type) {
        boolean ordered =
                type instanceof OrderedDataType numbers
                        && numbers.getByteOrder() == ByteOrder.LITTLE_ENDIAN;
        boolean little = ordered || type.getSize() == 1;
        boolean real = type instanceof FloatingPoint;
        boolean signed = type instanceof FixedPoint fixed && fixed.isSigned();
        boolean natural = type instanceof FixedPoint && !signed;
        if (little && real && type.getSize() == 2) {
            return Element.FLOAT16;
        } else if (little && real && type.getSize() == 4) {
            return Element.FLOAT32;
        } else if (little && real && type.getSize() == 8) {
            return Element.FLOAT64;
        } else if (signed && type.getSize() == 1) {
            return Element.INT8;
        } else if (natural && type.getSize() == 1) {
            return Element.UINT8;
        } else if (little && signed && type.getSize() == 4) {
            return Element.INT32;
        } else if (little && natural && type.getSize() == 4) {
            return Element.UINT32;
        } else if (little && signed && type.getSize() == 8) {
            return Element.INT64;
        }
        throw new CorruptException(
                file,
                0,
                name
                        + ": numbers of a type that is not supported (expected: float or integer,"
                        + " little-endian)");
    }
}
