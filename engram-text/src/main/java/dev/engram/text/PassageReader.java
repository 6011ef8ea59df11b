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

/**
 * The passages of some files, file by file in the order of their names. A file is read when its
 * first passage is asked for, and one document is held at a time. For one thread at a time.
 */
public final class PassageReader implements Iterator<Passage> {

    /** An id has up to 1024 bytes, a character up to three in UTF-8, or two of them four. */
    private static final int SOURCE_CHARACTERS_MAX = 330;

    private final FileReader reader;
    private final Chunker chunker;
    private final List<Source> sources;
    private final long bytesTotal;
    private final List<Skipped> skipped;
    private int next;
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

    PassageReader(Walk.Found found, FileReader reader, Chunker chunker) {
        this.reader = reader;
        this.chunker = chunker;
        sources = found.sources();
        bytesTotal = sources.stream().mapToLong(Source::bytes).sum();
        skipped = new ArrayList<>(found.skipped());
    }

    @Override
    public boolean hasNext() {
        while (!chunks.hasNext()) {
            if (next == sources.size()) {
                return false;
            }
            open(sources.get(next++));
        }
        return true;
    }

    private void open(Source file) {
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
            case Reading.Failed(String reason) -> skipped.add(new Skipped(file.name(), reason));
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
        metadata.put("line", chunk.line());
        metadata.put("lineEnd", chunk.lineEnd());
        if (chunk.heading() != null) {
            metadata.put("heading", chunk.heading());
        }
        return new Passage(idOf(source) + "#" + chunk.ordinal(), chunk.text(), metadata);
    }

    /** A source as the start of an id: itself, unless it is so long that no id could begin so. */
    private static String idOf(String source) {
        return source.length() <= SOURCE_CHARACTERS_MAX ? source : Collection.contentId(source);
    }

    /** How far this reader has come. */
    public Progress progress() {
        boolean inside = chunks.hasNext();
        long unread = 0;
        if (inside && length > 0) {
            unread = (long) ((1 - (double) reached / length) * sources.get(next - 1).bytes());
        }
        return new Progress(
                inside ? next - 1 : next,
                sources.size(),
                bytesFound - unread,
                bytesTotal,
                passages);
    }

    /** What came of the files met so far; of all, once there is no next passage. */
    public IngestReport report() {
        return new IngestReport(files, bytes, passages, binaries, skipped);
    }
}
