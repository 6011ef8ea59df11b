package dev.engram.db.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every row of the table of meanings in docs/filters.md is true. */
final class DocsTest {

    private static final Path DOCS =
            Path.of(System.getProperty("engram.root", "..")).resolve("docs/filters.md");

    private static final Pattern ROW =
            Pattern.compile(
                    "^\\| `(\\{.*\\})` \\| (?:`([^`]+)`|``` (.+) ```) \\| (true|false|unknown)"
                            + " \\|$");

    @Test
    void everyRowOfTheTableOfMeaningsIsTrue() throws IOException {
        List<MatchResult> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(DOCS);
        lines.forEach(line -> ROW.matcher(line).results().forEach(rows::add));
        assertThat(rows).hasSize((int) lines.stream().filter(l -> l.startsWith("| `{")).count());
        assertThat(rows).hasSizeGreaterThan(40);
        for (MatchResult row : rows) {
            String filter = row.group(2) == null ? row.group(3) : row.group(2);
            Subject subject = new Subject(null, null, FilterJson.parse(row.group(1)));
            assertThat(FilterText.read(filter, KnownFields.ANY).of(subject))
                    .as(row.group())
                    .isEqualTo(Truth.valueOf(row.group(4).toUpperCase(Locale.ROOT)));
        }
    }
}
