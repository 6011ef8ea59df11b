package dev.engram.testkit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The orders and counts that a {@link FaultyStorage} shares with its folders. */
final class StorageFaults {

    private record Order(StoragePoint point, long pass, StorageTrouble trouble) {}

    private record Mapping(String file, MemorySegment.Scope scope) {}

    private final List<Order> orders = new ArrayList<>();
    private final Map<StoragePoint, Long> passed = new EnumMap<>(StoragePoint.class);
    private final IdentityHashMap<AutoCloseable, String> handles = new IdentityHashMap<>();
    private final List<Mapping> mappings = new ArrayList<>();
    private boolean powerGone;

    synchronized void order(StoragePoint point, long nth, StorageTrouble trouble) {
        orders.add(new Order(point, passed(point) + nth, trouble));
    }

    synchronized void repair() {
        orders.clear();
        powerGone = false;
    }

    synchronized long passed(StoragePoint point) {
        return Objects.requireNonNullElse(passed.get(point), 0L);
    }

    synchronized void checkPower(String where) {
        if (powerGone) {
            throw new PowerCut(where);
        }
    }

    /** Whether the next pass will fail. */
    synchronized boolean isDueAt(StoragePoint point) {
        return !powerGone && orders.stream().anyMatch(order -> isDue(order, point));
    }

    /** Counts an operation and lets it fail where that was ordered. */
    synchronized void pass(String where, StoragePoint... points) {
        checkPower(where);
        List<Order> due =
                orders.stream()
                        .filter(order -> Stream.of(points).anyMatch(point -> isDue(order, point)))
                        .toList();
        for (StoragePoint point : points) {
            passed.merge(point, 1L, Long::sum);
        }
        orders.removeAll(due);
        for (Order order : due) {
            powerGone |= order.trouble == StorageTrouble.POWER_CUT;
        }
        due.forEach(order -> order.trouble.strike(where));
    }

    private boolean isDue(Order order, StoragePoint point) {
        return order.point == point && order.pass == passed(point) + 1;
    }

    synchronized void opened(AutoCloseable handle, String what) {
        handles.put(handle, what);
    }

    synchronized void closed(AutoCloseable handle) {
        handles.remove(handle);
    }

    synchronized void mapped(String file, MemorySegment.Scope scope) {
        mappings.add(new Mapping(file, scope));
    }

    synchronized List<String> open() {
        mappings.removeIf(mapping -> !mapping.scope.isAlive());
        return Stream.concat(
                        handles.values().stream(),
                        mappings.stream().map(mapping -> mapping.file + " (mapping)"))
                .sorted()
                .toList();
    }
}
