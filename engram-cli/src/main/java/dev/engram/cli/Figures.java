package dev.engram.cli;

import dev.engram.index.IndexSpec;
import java.text.BreakIterator;
import java.time.Duration;
import java.util.Locale;

/** Numbers and texts as people like to read them. */
final class Figures {

    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Figures() {}

    /** 1536 becomes "1.5 KB". */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(
                        Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    static String count(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
    }

    static String duration(Duration time) {
        if (time.toMinutes() > 0) {
            return "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
        }
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    static String kind(IndexSpec index) {
        return switch (index) {
            case IndexSpec.Flat() -> "flat";
            case IndexSpec.Hnsw hnsw ->
                    switch (hnsw.codes()) {
                        case NONE -> "hnsw";
                        case SQ8 -> "hnsw, sq8 codes";
                        case BLOCKS -> "hnsw, blocks of codes";
                        case RABITQ1 -> "hnsw, rabitq codes of 1 bit";
                        case RABITQ2 -> "hnsw, rabitq codes of 2 bits";
                        case RABITQ3 -> "hnsw, rabitq codes of 3 bits";
                        case RABITQ4 -> "hnsw, rabitq codes of 4 bits";
                        case PQ -> "hnsw, pq codes";
                    };
            case IndexSpec.DiskAnn _ -> "diskann";
            case IndexSpec.IvfPq _ -> "ivf_pq";
            case IndexSpec.Scan _ -> "scan";
        };
    }

    /** The beginning of a text on one line, cut between two characters a reader sees as such. */
    static String preview(String text, int charactersMax) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.length() <= charactersMax) {
            return line;
        }
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(line);
        int end = characters.preceding(charactersMax);
        return line.substring(0, end).stripTrailing() + "…";
    }
}
