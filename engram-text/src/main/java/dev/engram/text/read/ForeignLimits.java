package dev.engram.text.read;

import java.time.Duration;

/**
 * What a foreign document may cost.
 *
 * @param time to read one
 * @param heapMiB memory of the process that reads them, in MiB
 * @param charsMax characters of text
 */
record ForeignLimits(Duration time, int heapMiB, int charsMax) {

    static final ForeignLimits DEFAULT = new ForeignLimits(Duration.ofSeconds(60), 512, 16 << 20);
}
