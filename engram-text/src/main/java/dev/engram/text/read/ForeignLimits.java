package dev.engram.text.read;

import java.time.Duration;

/**
 * What a foreign document or source code may cost.
 *
 * @param time to read one
 * @param syntaxTime to parse source code
 * @param heapMiB memory of the process that reads them, in MiB
 * @param charsMax characters of text
 */
record ForeignLimits(Duration time, Duration syntaxTime, int heapMiB, int charsMax) {

    static final ForeignLimits DEFAULT =
            new ForeignLimits(Duration.ofSeconds(60), Duration.ofSeconds(10), 512, 16 << 20);
}
