package dev.engram.index.disk;

import dev.engram.error.CorruptException;
import dev.engram.index.Metric;
import dev.engram.index.VectorSource;
import dev.engram.index.Vectors;
import dev.engram.index.codes.ProductQuantizer;
import dev.engram.index.graph.FileCheck;
import dev.engram.index.graph.TwinTable;
import dev.engram.storage.SegmentFile;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What of a file of kind DISK is held in memory, mapped once every byte of it was checked. Blocks
 * are not touched: see {@link Blocks}.
 *
 * @param file as a person would call it
 * @param count vectors
 * @param nodes vectors without twins
 * @param entry a place
 * @param stamp of the blocks
 * @param codes a row a node, by place
 */
record DiskFile(
        String file,
        DiskLayout layout,
        int count,
        int nodes,
        int entry,
        int stamp,
        ProductQuantizer quantizer,
        MemorySegment codes,
        TwinTable twins) {

    /**
     * Maps the graph of a set of vectors.
     *
     * @throws CorruptException where the file is not what was written, or of another metric
     */
    static DiskFile open(Metric metric, Storage storage, String name, Arena arena) {
        SegmentFile file = SegmentFile.open(storage, name, DiskLayout.KIND, arena);
        FileCheck check = new FileCheck(file.file());
        MemorySegment shape = file.verified(DiskLayout.SECTION_SHAPE);
        check.equal("shape", shape.byteSize(), DiskLayout.SHAPE_BYTES);
        int code = DiskLayout.shape(shape, DiskLayout.SHAPE_METRIC);
        check.equal("metric", code, DiskLayout.code(metric));
        int dimension = DiskLayout.shape(shape, DiskLayout.SHAPE_DIMENSION);
        check.within("dimension", dimension, 1, Vectors.DIMENSION_MAX);
        int degree = DiskLayout.shape(shape, DiskLayout.SHAPE_DEGREE);
        check.within("degree", degree, 4, 256);
        MemorySegment codebook = file.verified(DiskLayout.SECTION_CODEBOOK);
        if (!ProductQuantizer.isSane(codebook, dimension)) {
            throw new CorruptException(file.file(), 0, "a codebook that cannot be right");
        }
        DiskFile opened =
                new DiskFile(
                        file.file(),
                        DiskLayout.of(dimension, degree),
                        DiskLayout.shape(shape, DiskLayout.SHAPE_COUNT),
                        DiskLayout.shape(shape, DiskLayout.SHAPE_NODES),
                        DiskLayout.shape(shape, DiskLayout.SHAPE_ENTRY),
                        DiskLayout.shape(shape, DiskLayout.SHAPE_STAMP),
                        ProductQuantizer.read(codebook),
                        file.verified(DiskLayout.SECTION_CODES),
                        new TwinTable(
                                file.guard(DiskLayout.SECTION_TWINS),
                                DiskLayout.shape(shape, DiskLayout.SHAPE_COUNT)));
        check.equal("twins", opened.twins.count(), DiskLayout.shape(shape, DiskLayout.SHAPE_TWINS));
        check.equal("stamp", opened.stamp, DiskLayout.stamp(codebook, opened.codes));
        opened.check(check, file);
        return opened;
    }

    /** Fails where the file belongs to other vectors. */
    void check(VectorSource vectors) {
        FileCheck check = new FileCheck(file);
        check.equal("vectors", count, vectors.count());
        check.equal("dimension", layout.dimension(), vectors.dimension());
    }

    private void check(FileCheck check, SegmentFile file) {
        check.within("vectors", count, 0, Integer.MAX_VALUE);
        check.equal("nodes", nodes, (long) count - twins.count());
        check.within("entry", entry, 0, Math.max(0, nodes - 1));
        twins.verify();
        check.equal("bytes of codes", codes.byteSize(), (long) nodes * rowBytes());
        check.equal(
                "bytes of blocks",
                file.section(DiskLayout.SECTION_BLOCKS).byteSize(),
                DiskLayout.LEAD_BYTES + (long) layout.blocks(nodes) * layout.blockBytes());
        check.equal(
                "place of blocks",
                file.offset(DiskLayout.SECTION_BLOCKS),
                DiskLayout.PAGE_BYTES - DiskLayout.LEAD_BYTES);
        check.equal(
                "bytes of places",
                file.section(DiskLayout.SECTION_PLACES).byteSize(),
                (long) DiskLayout.placeBlocks(count) * DiskLayout.PAGE_BYTES);
        check.equal(
                "place of places",
                file.offset(DiskLayout.SECTION_PLACES),
                offset(layout.blocks(nodes)));
    }

    /** Refuses a block of which a link leads nowhere. */
    void checkLinks(MemorySegment block, int number) {
        FileCheck check = new FileCheck(file);
        int count = Math.min(layout.nodesPerBlock(), nodes - number * layout.nodesPerBlock());
        for (int slot = 0; slot < count; slot++) {
            int links = layout.linkCount(block, slot);
            check.within("links", links, 0, layout.degree());
            for (int i = 0; i < links; i++) {
                check.within("link", layout.link(block, slot, i), 0, nodes - 1);
            }
        }
    }

    /** Where a block of nodes, or the end of the last, is in the file. */
    long offset(int block) {
        return DiskLayout.PAGE_BYTES + (long) block * layout.blockBytes();
    }

    /** Bytes of a node's codes. */
    int rowBytes() {
        return quantizer.shape().rowBytes();
    }

    int blocks() {
        return layout.blocks(nodes);
    }

    /** What is in memory as long as the file is open; the codebook is mapped, and read. */
    long residentBytes() {
        return codes.byteSize()
                + 2 * quantizer.shape().bytes()
                + twins.pairs().byteSize()
                + DiskLayout.SHAPE_BYTES;
    }
}
