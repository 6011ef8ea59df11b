package dev.engram.text;

import dev.engram.db.Collection;
import dev.engram.text.chunk.Chunk;
import dev.engram.text.chunk.Chunker;
import dev.engram.text.read.Document;
import dev.engram.text.read.FileReader;
import dev.engram.text.read.FileReader.Reading;
import dev.engram.text.read.Source;
import dev.engram.text.read.Walk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * The passages of some files, file by file in the order of their names. A file is read when its
 * first passage is asked for, and one document is held at a time. For one thread at a time.
 */
public final class PassageReader implements Iterator<Passage>, AutoCloseable {

    /** An id has up to 1024 bytes, a character up to three in UTF-8, or two of them four. */
    private static final int SOURCE_CHARACTERS_MAX = 330;

    private final FileReader reader;
    private final Chunker chunker;
    private final Walk walk;
    private final int filesTotal;
    private final long bytesTotal;
    private final List<Skipped> unread = new ArrayList<>();
    private int skippedTaken;
    private int met;
    private long metBytes;
    private int files;
    private int binaries;
    private long bytes;
    private long bytesFound;
    private long passages;

    private Iterator<Chunk> chunks = Collections.emptyIterator();
    private Map<String, Object> common = Map.of();
    private String source = "";
    private int length;
    private int reached;

    /**
     * @param walks begins to walk anew: once to count, once to read
     */
    PassageReader(Supplier<Walk> walks, FileReader reader, Chunker chunker) {
        this.reader = reader;
        this.chunker = chunker;
        walk = walks.get();
        int filesFound = 0;
        long bytesSum = 0;
        for (Walk count = walks.get(); count.hasNext(); filesFound++) {
            bytesSum += count.next().bytes();
        }
        filesTotal = filesFound;
        bytesTotal = bytesSum;
    }

    @Override
    public boolean hasNext() {
        while (!chunks.hasNext()) {
            boolean more = walk.hasNext();
            takeSkipped();
            if (!more) {
                close();
                return false;
            }
            open(walk.next());
        }
        return true;
    }

    /** What the walk could not look at stands in the report where it was met. */
    private void takeSkipped() {
        List<Skipped> all = walk.skipped();
        unread.addAll(all.subList(skippedTaken, all.size()));
        skippedTaken = all.size();
    }

    private void open(Source file) {
        met++;
        metBytes = file.bytes();
        length = 0;
        reached = 0;
        switch (reader.read(file)) {
            case Reading.Read(Document document, long size) -> {
                files++;
                bytes += size;
                source = file.name();
                length = document.text().length();
                common = new HashMap<>();
                common.put("source", source);
                if (document.title() != null) {
                    common.put("title", document.title());
                }
                chunks = chunker.chunks(document);
            }
            case Reading.Failed(String reason) -> unread.add(new Skipped(file.name(), reason));
            case Reading.Binary() -> binaries++;
        }
        bytesFound += file.bytes();
    }

    @Override
    public Passage next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Chunk chunk = chunks.next();
        reached = chunk.end();
        passages++;
        Map<String, Object> metadata = new HashMap<>(common);
        metadata.put("start", chunk.start());
        metadata.put("end", chunk.end());
        if (chunk.line() > 0) {
            metadata.put("line", chunk.line());
            metadata.put("lineEnd", chunk.lineEnd());
        }
        if (chunk.page() > 0) {
            metadata.put("page", chunk.page());
            metadata.put("pageEnd", chunk.pageEnd());
        }
        if (chunk.heading() != null) {
            metadata.put("heading", chunk.heading());
        }
        return new Passage(idOf(source) + "#" + chunk.ordinal(), chunk.text(), metadata);
    }

    /** A source as the start of an id: itself, unless it is so long that no id could begin so. */
    private static String idOf(String source) {
        return source.length() <= SOURCE_CHARACTERS_MAX ? source : Collection.contentId(source);
    }

    /**
     * Lets go of what reading takes, a process that reads documents of other programs first of all;
     * so does the last passage, and a reader that is asked for more begins anew.
     */
    @Override
    public void close() {
        reader.close();
    }

    /** How far this reader has come. */
    public Progress progress() {
        boolean inside = chunks.hasNext();
        long ahead = 0;
        if (inside && length > 0) {
            ahead = (long) ((1 - (double) reached / length) * metBytes);
        }
        // More than there were when they were counted: somebody writes while we read.
        return new Progress(
                inside ? met - 1 : met,
                Math.max(met, filesTotal),
                bytesFound - ahead,
                Math.max(bytesFound, bytesTotal),
                passages);
    }

    /** What came of the files met so far; of all, once there is no next passage. */
    public IngestReport report() {
        return new IngestReport(files, bytes, passages, binaries, unread);
    }
}
