package dev.engram.cli;

import dev.engram.db.MemoryBudget;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an amount of memory, such as {@code 512MB} or {@code 4g}; units are powers of 1024. */
final class MemorySize implements ITypeConverter<MemoryBudget> {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})\\s*([kmgt]?)b?");
    private static final String UNITS = "kmgt";

    @Override
    public MemoryBudget convert(String text) {
        Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' (expected: an amount such as 512MB or 4GB)");
        }
        int unit = size.group(2).isEmpty() ? 0 : UNITS.indexOf(size.group(2)) + 1;
        try {
            long bytes = Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * unit));
            return new MemoryBudget(bytes);
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'" + text + "' (expected: 32MB or more): " + e.getMessage());
        }
    }
}
