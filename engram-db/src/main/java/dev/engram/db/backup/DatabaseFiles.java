package dev.engram.db.backup;

import dev.engram.storage.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a database that nobody writes to meanwhile.
 *
 * <pre>
 *   rows/NAME               RocksDB's; those named *.sst never change
 *   segments/NUMBER/NAME    ours; all but MANIFEST never change
 * </pre>
 *
 * The file CURRENT, without which no one takes the rows for a store, is always the last.
 */
public final class DatabaseFiles {

    /** The folder of RocksDB. */
    public static final String ROWS = "rows";

    /** The folder of the collections' folders. */
    public static final String SEGMENTS = "segments";

    /** The folder of the words, which are never copied: they are made again from the rows. */
    public static final String WORDS = "words";

    private static final String MANIFEST = "MANIFEST";
    private static final String CURRENT = "CURRENT";

    private DatabaseFiles() {}

    /**
     * A file of a database.
     *
     * @param folders the way to it
     * @param name of the file
     */
    record Place(List<String> folders, String name) {

        /** From a path with slashes. */
        static Place of(String path) {
            List<String> parts = List.of(path.split("/", -1));
            return new Place(parts.subList(0, parts.size() - 1), parts.getLast());
        }

        String path() {
            return String.join("/", folders) + "/" + name;
        }

        /** The folder it is in. */
        Storage in(Storage root) {
            Storage folder = root;
            for (String part : folders) {
                folder = folder.folder(part);
            }
            return folder;
        }

        /** Whether what is in it never changes, so that others may share it. */
        boolean isImmutable() {
            return folders.getFirst().equals(ROWS) ? name.endsWith(".sst") : !name.equals(MANIFEST);
        }
    }

    /** All files that count, in the order in which they are to be copied. */
    static List<Place> list(Storage root) {
        List<Place> places = new ArrayList<>();
        Storage segments = root.folder(SEGMENTS);
        for (String collection : segments.folders()) {
            for (String name : segments.folder(collection).list()) {
                if (!name.equals(MANIFEST + ".next")) {
                    places.add(new Place(List.of(SEGMENTS, collection), name));
                }
            }
        }
        for (String name : root.folder(ROWS).list()) {
            boolean local = name.equals("LOCK") || name.startsWith("LOG") || name.equals(CURRENT);
            if (!local) {
                places.add(new Place(List.of(ROWS), name));
            }
        }
        places.add(new Place(List.of(ROWS), CURRENT));
        return places;
    }

    /** Copies a database, byte by byte; durable when it returns. */
    public static void copy(Storage from, Storage into) {
        for (Place place : list(from)) {
            place.in(from).copy(place.name(), place.in(into));
        }
        sync(into);
    }

    /** Copies a database, sharing with it the bytes of all files that never change. */
    public static void link(Storage from, Storage into) {
        for (Place place : list(from)) {
            if (place.isImmutable()) {
                place.in(from).link(place.name(), place.in(into));
            } else {
                place.in(from).copy(place.name(), place.in(into));
            }
        }
        sync(into);
    }

    /** Makes the names of all files of a database durable. */
    static void sync(Storage root) {
        Storage segments = root.folder(SEGMENTS);
        segments.folders().forEach(collection -> segments.folder(collection).sync());
        segments.sync();
        root.folder(ROWS).sync();
        root.sync();
    }

    /** Removes the files of a database. */
    public static void delete(Storage root) {
        root.folder(ROWS).deleteAll();
        root.folder(SEGMENTS).deleteAll();
        root.folder(WORDS).deleteAll();
        root.sync();
    }
}
