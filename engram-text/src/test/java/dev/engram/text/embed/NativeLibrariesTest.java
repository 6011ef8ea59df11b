package dev.engram.text.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.text.EmbeddingModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The native libraries on the class path keep to themselves, and to small stacks. */
final class NativeLibrariesTest {

    /** What a library that reports to somebody would have to know. */
    private static final List<String> TELLTALES =
            List.of("/etc/machine-id", "events.data.microsoft.com", "OneCollector");

    static Stream<String> libraries() {
        return Stream.of(
                "/ai/onnxruntime/native/linux-x64/libonnxruntime.so",
                "/ai/onnxruntime/native/linux-aarch64/libonnxruntime.so",
                "/ai/onnxruntime/native/osx-aarch64/libonnxruntime.dylib",
                "/native/lib/linux-x86_64/cpu/libtokenizers.so");
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void reportsToNobody(String library) throws IOException {
        try (InputStream in = NativeLibrariesTest.class.getResourceAsStream(library)) {
            String bytes =
                    new String(
                            Objects.requireNonNull(in, library).readAllBytes(),
                            StandardCharsets.ISO_8859_1);
            for (String telltale : TELLTALES) {
                assertThat(bytes.contains(telltale)).as(library + " knows " + telltale).isFalse();
            }
        }
    }

    /** The environment is created once a process, so this needs a process of its own. */
    @Test
    void loadsTheModelOnAThreadWithASmallStack() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SmallStack.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.strip().toLowerCase(Locale.ROOT)).isEqualTo("384");
    }

    /** What that process does. */
    static final class SmallStack {

        private static final long STACK_BYTES = 512 << 10;

        private SmallStack() {}

        public static void main(String[] args) throws InterruptedException {
            Thread thread = new Thread(null, SmallStack::embed, "small", STACK_BYTES);
            thread.start();
            thread.join();
        }

        private static void embed() {
            try (EmbeddingModels models = EmbeddingModels.builtIn()) {
                System.out.println(models.embedder(EmbeddingModels.DEFAULT).embedQuery("x").length);
            }
        }
    }
}
