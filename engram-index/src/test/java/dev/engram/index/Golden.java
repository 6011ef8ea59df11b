package dev.engram.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Files whose bytes are promised, as lines of 32 bytes in hexadecimal beside their test; lines of
 * zeros that follow each other are counted. Changed bytes are a new version of the kind: see
 * docs/FORMAT.md. {@code -Dengram.goldens=write} writes them anew.
 */
public final class Golden {

    private static final int LINE = 32;

    private Golden() {}

    /** Fails where a file is not what the golden one shows. */
    public static void check(Class<?> test, String name, byte[] file) throws IOException {
        String found = text(file);
        if ("write".equals(System.getProperty("engram.goldens"))) {
            String folder = test.getPackageName().replace('.', '/');
            Files.writeString(Path.of("src/test/resources", folder, name), found);
            return;
        }
        try (var golden = test.getResourceAsStream(name)) {
            assertThat(golden).as(name).isNotNull();
            assertThat(found)
                    .as(name)
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    private static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int zeros = 0;
        for (int at = 0; at < bytes.length; at += LINE) {
            byte[] line = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + LINE));
            if (Arrays.equals(line, new byte[LINE])) {
                zeros++;
                continue;
            }
            if (zeros > 1) {
                text.append(zeros).append(" x 00\n");
            } else if (zeros == 1) {
                text.append("00".repeat(LINE)).append('\n');
            }
            zeros = 0;
            text.append(HexFormat.of().formatHex(line)).append('\n');
        }
        return text.toString();
    }
}
