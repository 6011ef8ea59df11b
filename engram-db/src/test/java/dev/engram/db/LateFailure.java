package dev.engram.db;

import dev.engram.error.UnavailableException;
import dev.engram.storage.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Another storage whose replacing of a file happens, and then fails all the same. */
final class LateFailure implements Storage {

    private final Storage inner;
    private final AtomicInteger failures;

    LateFailure(Storage inner) {
        this(inner, new AtomicInteger());
    }

    private LateFailure(Storage inner, AtomicInteger failures) {
        this.inner = inner;
        this.failures = failures;
    }

    void failNextReplaces(int count) {
        failures.set(count);
    }

    @Override
    public void replace(String from, String to) {
        inner.replace(from, to);
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new UnavailableException("cannot sync the folder of " + describe(to));
        }
    }

    @Override
    public List<String> list() {
        return inner.list();
    }

    @Override
    public List<String> folders() {
        return inner.folders();
    }

    @Override
    public long size(String name) {
        return inner.size(name);
    }

    @Override
    public Output create(String name) {
        return inner.create(name);
    }

    @Override
    public MemorySegment map(String name, Arena arena) {
        return inner.map(name, arena);
    }

    @Override
    public Input open(String name) {
        return inner.open(name);
    }

    @Override
    public void sync() {
        inner.sync();
    }

    @Override
    public void delete(String name) {
        inner.delete(name);
    }

    @Override
    public Storage folder(String name) {
        return new LateFailure(inner.folder(name), failures);
    }

    @Override
    public void deleteAll() {
        inner.deleteAll();
    }

    @Override
    public String describe(String name) {
        return inner.describe(name);
    }
}
