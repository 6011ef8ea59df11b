package dev.engram.db.backup;

import dev.engram.db.rows.Fields;
import dev.engram.db.rows.RowCodec;
import dev.engram.error.ConflictException;
import dev.engram.error.EngramException;
import dev.engram.error.NotFoundException;
import dev.engram.storage.Manifest;
import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/**
 * The databases that are kept in a folder of another, each under a name.
 *
 * <pre>
 *   MANIFEST    which there are, and whether they are whole
 *   NAME/       a database
 *
 *   named, not whole ──filled, synced──► whole ──dropped──► named, not whole ──deleted──► gone
 * </pre>
 *
 * A name stands in the manifest before its folder is touched and until it is gone, so a crash
 * leaves nothing that {@link #clear} does not find. Safe for many threads.
 */
public final class Snapshots {

    /** Where they are in the folder of their database. */
    public static final String FOLDER = "snapshots";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final Storage folder;
    private int hidden;

    /**
     * @param root the folder of the database that they belong to
     */
    public Snapshots(Storage root) {
        this.folder = root.folder(FOLDER);
    }

    /**
     * A database that is kept.
     *
     * @param name of its folder
     * @param millis when it was made, since 1970
     * @param ts of the last commit in it
     * @param whole whether it is all there
     */
    public record Kept(String name, long millis, long ts, boolean whole) {

        private Map<String, Object> toMap() {
            return Map.of("name", name, "millis", millis, "ts", ts, "whole", whole);
        }

        private static Kept of(Fields fields) {
            return new Kept(
                    fields.text("name"),
                    fields.number("millis"),
                    fields.number("ts"),
                    fields.flag("whole"));
        }
    }

    /** Those that are whole, oldest first. */
    public synchronized List<Kept> list() {
        return read().stream()
                .filter(Kept::whole)
                .sorted(Comparator.comparingLong(Kept::millis).thenComparing(Kept::name))
                .toList();
    }

    /** The folder of a name. */
    public Storage folder(String name) {
        return folder.folder(name);
    }

    /**
     * One of them.
     *
     * @throws NotFoundException where there is none of that name
     */
    public Kept get(String name) {
        checkName(name);
        List<Kept> there = list();
        return there.stream()
                .filter(kept -> kept.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new NotFoundException(
                                        "no snapshot '%s' (there are: %s)"
                                                .formatted(name, names(there))));
    }

    private static String names(List<Kept> there) {
        return there.isEmpty()
                ? "none"
                : String.join(", ", there.stream().map(Kept::name).toList());
    }

    /**
     * Keeps a database under a name.
     *
     * @param fill puts it into the folder of that name, durably, and returns its last timestamp
     * @throws ConflictException where the name is taken
     */
    public synchronized Kept make(String name, long millis, ToLongFunction<String> fill) {
        checkName(name);
        Kept whole = fill(new Kept(name, millis, 0, true), fill);
        put(whole);
        return whole;
    }

    /**
     * Keeps a database under a name that nobody sees, until {@link #remove} or {@link #clear}.
     *
     * @param fill as for {@link #make}
     */
    public synchronized Kept makeHidden(long millis, ToLongFunction<String> fill) {
        hidden++;
        return fill(new Kept(".made-" + hidden, millis, 0, false), fill);
    }

    private Kept fill(Kept wanted, ToLongFunction<String> fill) {
        if (read().stream().anyMatch(kept -> kept.name().equalsIgnoreCase(wanted.name()))) {
            throw new ConflictException(
                    "snapshot '"
                            + wanted.name()
                            + "' exists already; drop it or take another name");
        }
        put(new Kept(wanted.name(), wanted.millis(), 0, false));
        try {
            long ts = fill.applyAsLong(wanted.name());
            return new Kept(wanted.name(), wanted.millis(), ts, wanted.whole());
        } catch (EngramException e) {
            try {
                remove(wanted.name());
            } catch (EngramException later) {
                // It is not whole, and goes when the database is opened the next time.
                e.addSuppressed(later);
            }
            throw e;
        }
    }

    /**
     * Removes one with all that is in it.
     *
     * @throws NotFoundException where there is none of that name
     */
    public synchronized void drop(String name) {
        Kept kept = get(name);
        put(new Kept(kept.name(), kept.millis(), kept.ts(), false));
        remove(name);
    }

    /** Removes one that is not whole. */
    public synchronized void remove(String name) {
        folder.folder(name).deleteAll();
        folder.sync();
        swap(read().stream().filter(kept -> !kept.name().equals(name)).toList());
    }

    /** Removes what was not finished; nothing else is at work. */
    public synchronized void clear() {
        read().stream().filter(kept -> !kept.whole()).map(Kept::name).forEach(this::remove);
    }

    private List<Kept> read() {
        byte[] content = Manifest.read(folder);
        if (content == null) {
            return List.of();
        }
        String file = folder.describe("MANIFEST");
        Fields fields = new Fields(file, RowCodec.decode(file, content));
        return fields.list("snapshots").stream().map(map -> Kept.of(Fields.of(file, map))).toList();
    }

    private void put(Kept kept) {
        List<Kept> all = new ArrayList<>(read());
        all.removeIf(other -> other.name().equals(kept.name()));
        all.add(kept);
        swap(all);
    }

    private void swap(List<Kept> all) {
        List<Map<String, Object>> list = all.stream().map(Kept::toMap).toList();
        Manifest.swap(folder, RowCodec.encode(Map.of("snapshots", list)));
    }

    private static void checkName(String name) {
        // The manifest stands beside the folders.
        boolean reserved = name.toUpperCase(Locale.ROOT).startsWith("MANIFEST");
        if (!NAME.matcher(name).matches() || name.contains("..") || reserved) {
            throw new IllegalArgumentException(
                    "snapshot name: '"
                            + name
                            + "' (expected: 1..64 of A-Z a-z 0-9 . _ -, starting with a letter or"
                            + " digit, without '..', and not MANIFEST)");
        }
    }
}
