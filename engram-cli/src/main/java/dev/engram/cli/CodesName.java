package dev.engram.cli;

import dev.engram.index.Codes;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the codes of a graph by name; {@code rabitq} without bits are those of four. */
final class CodesName implements ITypeConverter<Codes> {

    @Override
    public Codes convert(String name) {
        String word = name.toUpperCase(Locale.ROOT);
        if (word.equals("RABITQ")) {
            return Codes.RABITQ4;
        }
        for (Codes codes : Codes.values()) {
            if (codes.name().equals(word)) {
                return codes;
            }
        }
        String known =
                Arrays.stream(Codes.values())
                        .map(codes -> codes.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        throw new TypeConversionException("'" + name + "' (expected: " + known + ")");
    }
}
