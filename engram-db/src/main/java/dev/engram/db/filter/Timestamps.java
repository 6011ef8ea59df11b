package dev.engram.db.filter;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;

/** Reads moments as ISO 8601 writes them. */
final class Timestamps {

    private static final int DATE_LETTERS = "2024-01-31".length();

    private Timestamps() {}

    /**
     * The moment a text names: a date (its first moment), or a date and a time behind a T or a
     * blank; UTC where no zone is named. Null where it is something else.
     */
    static @Nullable Instant parse(String text) {
        if (text.length() < DATE_LETTERS || text.indexOf('-', 1) < 0) {
            return null;
        }
        try {
            if (text.length() == DATE_LETTERS) {
                return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            boolean blank = text.charAt(DATE_LETTERS) == ' ';
            String iso =
                    blank
                            ? text.substring(0, DATE_LETTERS)
                                    + "T"
                                    + text.substring(DATE_LETTERS + 1)
                            : text;
            return instant(iso);
        } catch (DateTimeException _) {
            return null;
        }
    }

    private static Instant instant(String iso) {
        if (iso.endsWith("Z")) {
            return Instant.parse(iso);
        }
        TemporalAccessor read =
                DateTimeFormatter.ISO_DATE_TIME.parseBest(
                        iso, OffsetDateTime::from, LocalDateTime::from);
        return read instanceof OffsetDateTime there
                ? there.toInstant()
                : ((LocalDateTime) read).toInstant(ZoneOffset.UTC);
    }
}
