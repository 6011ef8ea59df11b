package dev.engram.testkit;

import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Another storage that fails when told to, and knows what was left open.
 *
 * <p>Each order to fail is carried out once. Folders below share orders and counts with this one.
 */
public final class FaultyStorage implements Storage {

    private final Storage inner;
    private final StorageFaults faults;

    /**
     * @param inner does the work
     */
    public FaultyStorage(Storage inner) {
        this(inner, new StorageFaults());
    }

    private FaultyStorage(Storage inner, StorageFaults faults) {
        this.inner = inner;
        this.faults = faults;
    }

    /**
     * Orders a failure.
     *
     * @param nth which pass through that point fails, counted from now: 1 is the next
     */
    public void failAt(StoragePoint point, long nth, StorageTrouble trouble) {
        if (nth < 1) {
            throw new IllegalArgumentException("nth: " + nth + " (expected: >= 1)");
        }
        faults.order(point, nth, trouble);
    }

    /** Takes back all orders and gives the power back; what the disk lost is another matter. */
    public void repair() {
        faults.repair();
    }

    /** How often a point was passed so far, failed passes included. */
    public long passed(StoragePoint point) {
        return faults.passed(point);
    }

    /** The files that are being written, read or mapped, as their storage describes them. */
    public List<String> open() {
        return faults.open();
    }

    /** Fails the test where an output or an input was not closed, or the arena of a mapping. */
    public void assertNothingOpen() {
        List<String> open = open();
        if (!open.isEmpty()) {
            throw new AssertionError("still open: " + String.join(", ", open));
        }
    }

    @Override
    public List<String> list() {
        faults.checkPower("list");
        return inner.list();
    }

    @Override
    public List<String> folders() {
        faults.checkPower("list");
        return inner.folders();
    }

    @Override
    public void link(String name, Storage into) {
        faults.pass(into.describe(name), StoragePoint.CREATE, StoragePoint.CHANGE);
        inner.link(name, into instanceof FaultyStorage faulty ? faulty.inner : into);
    }

    @Override
    public long size(String name) {
        faults.checkPower(describe(name));
        return inner.size(name);
    }

    @Override
    public Output create(String name) {
        faults.pass(describe(name), StoragePoint.CREATE, StoragePoint.CHANGE);
        return new FaultyOutput(describe(name), inner.create(name));
    }

    @Override
    public MemorySegment map(String name, Arena arena) {
        faults.pass(describe(name), StoragePoint.MAP);
        MemorySegment mapped = inner.map(name, arena);
        faults.mapped(describe(name), mapped.scope());
        return mapped;
    }

    @Override
    public Input open(String name) {
        faults.checkPower(describe(name));
        return new FaultyInput(describe(name), inner.open(name));
    }

    @Override
    public void replace(String from, String to) {
        faults.pass(describe(to), StoragePoint.REPLACE, StoragePoint.DURABLE, StoragePoint.CHANGE);
        inner.replace(from, to);
    }

    @Override
    public void sync() {
        faults.pass("folder", StoragePoint.SYNC, StoragePoint.DURABLE, StoragePoint.CHANGE);
        inner.sync();
    }

    @Override
    public void delete(String name) {
        faults.pass(describe(name), StoragePoint.DELETE, StoragePoint.CHANGE);
        inner.delete(name);
    }

    @Override
    public Storage folder(String name) {
        return new FaultyStorage(inner.folder(name), faults);
    }

    @Override
    public void deleteAll() {
        faults.pass("folder", StoragePoint.DELETE, StoragePoint.CHANGE);
        inner.deleteAll();
    }

    @Override
    public String describe(String name) {
        return inner.describe(name);
    }

    private final class FaultyInput implements Input {

        private final String file;
        private final Input input;

        FaultyInput(String file, Input input) {
            this.file = file;
            this.input = input;
            faults.opened(this, file + " (input)");
        }

        @Override
        public void read(long position, MemorySegment into) {
            faults.pass(file, StoragePoint.READ);
            input.read(position, into);
        }

        @Override
        public void close() {
            faults.closed(this);
            input.close();
        }
    }

    private final class FaultyOutput implements Output {

        private final String file;
        private final Output output;

        FaultyOutput(String file, Output output) {
            this.file = file;
            this.output = output;
            faults.opened(this, file + " (output)");
        }

        @Override
        public void write(MemorySegment source) {
            if (faults.isDueAt(StoragePoint.WRITE) || faults.isDueAt(StoragePoint.CHANGE)) {
                output.write(source.asSlice(0, source.byteSize() / 2));
            }
            faults.pass(file, StoragePoint.WRITE, StoragePoint.CHANGE);
            output.write(source);
        }

        @Override
        public void sync() {
            faults.pass(file, StoragePoint.SYNC, StoragePoint.DURABLE, StoragePoint.CHANGE);
            output.sync();
        }

        @Override
        public void close() {
            faults.closed(this);
            output.close();
        }
    }
}
