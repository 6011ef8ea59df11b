package dev.engram.text.read;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Makes of each row of a table one line, which names its columns: {@code name: Ada; born: 1815}.
 *
 * <p>The first row names the columns, unless a name is missing, is a number, or comes twice. What
 * is no proper table, such as one with a quote that never ends, is read as the lines it is.
 */
final class TableReader {

    private static final Pattern NUMBER = Pattern.compile("[-+]?[\\d.,]+%?");
    private static final String SEPARATORS = ",;\t|";

    private final Taken taken = new Taken();
    private List<String> columns = List.of();

    private TableReader() {}

    /** Reads values between commas, or whatever sign the first line has most of. */
    static Document readCsv(String text) throws Unreadable {
        return read(text, separator(text));
    }

    static Document readTsv(String text) throws Unreadable {
        return read(text, '\t');
    }

    private static Document read(String text, char separator) throws Unreadable {
        CSVFormat format =
                CSVFormat.RFC4180
                        .builder()
                        .setDelimiter(separator)
                        .setIgnoreEmptyLines(true)
                        .setTrailingData(true)
                        .get();
        TableReader reader = new TableReader();
        try (CSVParser rows =
                CSVParser.builder().setReader(new StringReader(text)).setFormat(format).get()) {
            reader.rows(rows);
        } catch (IOException | UncheckedIOException e) {
            return Document.plain(text, Form.LINES);
        }
        return reader.taken.document(Form.ROWS, null);
    }

    /** The sign that stands most often in the first line, outside of quotes. */
    private static char separator(String text) {
        int[] counts = new int[SEPARATORS.length()];
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '"';
            if (c == '\n' && !quoted) {
                break;
            }
            int which = SEPARATORS.indexOf(c);
            if (which >= 0 && !quoted) {
                counts[which]++;
            }
        }
        int best = 0;
        for (int i = 1; i < counts.length; i++) {
            best = counts[i] > counts[best] ? i : best;
        }
        return SEPARATORS.charAt(best);
    }

    private void rows(CSVParser rows) throws Unreadable {
        boolean first = true;
        long lineNext = 1;
        for (CSVRecord row : rows) {
            // A row of several lines ends in the last of them, and so does its number.
            long line = Math.max(lineNext, rows.getCurrentLineNumber() - newlines(row));
            lineNext = line + 1;
            if (first && isHeader(row)) {
                columns = row.toList();
            } else {
                row(row, (int) line);
            }
            first = false;
        }
        if (taken.length() == 0 && !columns.isEmpty()) {
            taken.atLine(1);
            taken.addFlat(String.join("; ", columns));
        }
    }

    private static boolean isHeader(CSVRecord row) {
        Set<String> names = new HashSet<>();
        for (String cell : row) {
            String name = cell.strip();
            if (name.isEmpty() || NUMBER.matcher(name).matches() || !names.add(name)) {
                return false;
            }
        }
        return true;
    }

    private void row(CSVRecord row, int line) throws Unreadable {
        taken.atLine(line);
        int start = taken.length();
        for (int i = 0; i < row.size(); i++) {
            if (row.get(i).isBlank()) {
                continue;
            }
            if (taken.length() > start) {
                taken.add("; ");
            }
            if (i < columns.size()) {
                taken.addFlat(columns.get(i));
                taken.add(": ");
            }
            taken.addFlat(row.get(i));
        }
        if (taken.length() > start) {
            taken.add("\n");
        }
    }

    private static long newlines(CSVRecord row) {
        long count = 0;
        for (String cell : row) {
            count += cell.chars().filter(c -> c == '\n').count();
        }
        return count;
    }
}
