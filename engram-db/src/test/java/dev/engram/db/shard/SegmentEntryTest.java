package dev.engram.db.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
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
}
