package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.cli.ann.KeptIndex;
import dev.engram.cli.ann.Stopwatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What {@code bench ann} measured.
 *
 * @param build what building the index took
 * @param graphBytes of the graph's file without the codes
 * @param codeBytes what that file has beyond its links, 0 where there are no codes
 * @param vectorBytes size of the vectors' file
 * @param residentBytes the most that an index on disk holds in memory, 0 for a mapped one
 * @param loadMillis from nothing mapped to the first answer
 * @param searches one entry a beam
 */
record AnnReport(
        KeptIndex.Build build,
        long graphBytes,
        long codeBytes,
        long vectorBytes,
        long residentBytes,
        double loadMillis,
        List<Search> searches) {

    /**
     * Searches with one beam.
     *
     * @param beam candidates held
     * @param recall share of the true neighbours that were answered
     * @param timing how fast
     * @param distances a query was compared with, mean
     * @param reranked vectors compared a second time a query, mean
     * @param pages of 4 KiB read from the index's file a query, mean; 0 for a mapped one
     */
    record Search(
            int beam,
            double recall,
            Stopwatch.Timing timing,
            double distances,
            double reranked,
            double pages) {

        double rate(AnnCommand.ClockKind clock) {
            return switch (clock) {
                case CPU -> timing.cpuRate();
                case WALL -> timing.wallRate();
            };
        }
    }

    void json(PrintWriter writer, AnnCommand.ClockKind clock) throws IOException {
        try (JsonGenerator out = Json.to(writer)) {
            out.writeStartObject();
            out.writeObjectFieldStart("build");
            out.writeNumberField("seconds", build.seconds());
            out.writeNumberField("cpu_seconds", build.cpuSeconds());
            out.writeNumberField("threads", build.threads());
            out.writeNumberField("vectors", build.vectors());
            out.writeNumberField("dimension", build.dimension());
            out.writeEndObject();
            out.writeObjectFieldStart("bytes");
            out.writeNumberField("graph", graphBytes);
            out.writeNumberField("codes", codeBytes);
            out.writeNumberField("vectors", vectorBytes);
            out.writeNumberField("total", totalBytes());
            if (residentBytes > 0) {
                out.writeNumberField("resident_max", residentBytes);
            }
            out.writeEndObject();
            out.writeNumberField("load_ms", loadMillis);
            out.writeArrayFieldStart("search");
            for (Search search : searches) {
                json(out, search, clock, residentBytes > 0);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        writer.println();
    }

    private static void json(
            JsonGenerator out, Search search, AnnCommand.ClockKind clock, boolean onDisk)
            throws IOException {
        out.writeStartObject();
        out.writeNumberField("beam", search.beam);
        out.writeNumberField("recall", search.recall);
        out.writeNumberField("qps", search.rate(clock));
        out.writeNumberField("p50_us", search.timing.medianMicros());
        out.writeNumberField("p99_us", search.timing.slowMicros());
        out.writeNumberField("distances", search.distances);
        out.writeNumberField("rerank", search.reranked);
        if (onDisk) {
            out.writeNumberField("pages", search.pages);
        }
        out.writeEndObject();
    }

    void text(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s of %d dimensions; built in %.1f s (%.1f s of processor time, %s); opened in"
                        + " %.0f ms%n",
                Figures.count(build.vectors(), "vector"),
                build.dimension(),
                build.seconds(),
                build.cpuSeconds(),
                Figures.count(build.threads(), "thread"),
                loadMillis);
        out.printf(
                Locale.ROOT,
                "graph %s, codes %s, vectors %s, together %s%n",
                Figures.bytes(graphBytes),
                Figures.bytes(codeBytes),
                Figures.bytes(vectorBytes),
                Figures.bytes(totalBytes()));
        if (residentBytes > 0) {
            out.printf("in memory at most %s%n", Figures.bytes(residentBytes));
        }
        out.printf(
                Locale.ROOT,
                "%6s %8s %12s %12s %9s %9s %10s %8s %7s%n",
                "beam",
                "recall",
                "cpu qps",
                "wall qps",
                "p50 us",
                "p99 us",
                "distances",
                "rerank",
                "pages");
        for (Search search : searches) {
            Stopwatch.Timing timing = search.timing;
            out.printf(
                    Locale.ROOT,
                    "%6d %8.4f %12.0f %12.0f %9.1f %9.1f %10.1f %8.1f %7.1f%n",
                    search.beam,
                    search.recall,
                    timing.cpuRate(),
                    timing.wallRate(),
                    timing.medianMicros(),
                    timing.slowMicros(),
                    search.distances,
                    search.reranked,
                    search.pages);
        }
    }

    private long totalBytes() {
        return graphBytes + codeBytes + vectorBytes;
    }
}
