package dev.engram.text;

import java.util.List;

/**
 * What came of a run.
 *
 * @param files read
 * @param bytes of these files
 * @param passages made of them
 * @param binaries files passed over because they are no text and nobody named them
 * @param skipped what should have been read and was not, in the order it was met
 * @param unparsed source code that was read and cut between lines, since it could not be parsed
 */
public record IngestReport(
        int files,
        long bytes,
        long passages,
        int binaries,
        List<Skipped> skipped,
        List<Skipped> unparsed) {

    public IngestReport {
        skipped = List.copyOf(skipped);
        unparsed = List.copyOf(unparsed);
    }
}
