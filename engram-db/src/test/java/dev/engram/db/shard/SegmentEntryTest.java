package dev.engram.db.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.db.rows.Fields;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SegmentEntryTest {

    @Test
    void namesFilesAlikeInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(SegmentEntry.vectorsFile(12)).isEqualTo("000012.vectors");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void wasCommittedBeforeAllOthersWhereItDoesNotSay() {
        SegmentEntry entry = new SegmentEntry(3, 7, 2, true, 99, 100, 0, Map.of("x", 1), null);
        assertThat(SegmentEntry.of(new Fields("m", Map.copyOf(entry.toMap())))).isEqualTo(entry);
        Map<String, Object> old = new HashMap<>(entry.toMap());
        old.remove("committed");
        assertThat(SegmentEntry.of(new Fields("m", Map.copyOf(old))).committed()).isZero();
    }
}
