package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example of docs/server.md in a shell, in their order, against a live server. */
class DocsTest {

    private static final Path DOCS =
            Path.of(System.getProperty("engram.root", "..")).resolve("docs/server.md");

    /** A block for the shell and the block behind it: what comes out, and with which status. */
    private static final Pattern EXAMPLE =
            Pattern.compile(
                    "```bash\n(?<command>.*?)```\n\n```(?<kind>json|text) ?(?<status>\\d*)\n"
                            + "(?<output>.*?)```",
                    Pattern.DOTALL);

    /** Shows the status behind the body, unless the body is looked at by another command. */
    private static final String CURL = "set -eu -o pipefail; curl() { command curl -sS \"$@\"; };";

    private static final String CURL_WITH_STATUS =
            "set -eu; curl() { command curl -sS -w '\\n%{http_code}' \"$@\"; };";

    /** Numbers that differ from run to run, or with the model: only their type is promised. */
    private static final Set<String> VARIABLE =
            Set.of("score", "took_ms", "trace_id", "version", "dimension");

    @TempDir Path folder;

    @Test
    void everyExampleAnswersAsPrinted() throws IOException, InterruptedException {
        String text = Files.readString(DOCS);
        List<MatchResult> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(text);
        while (matcher.find()) {
            examples.add(matcher.toMatchResult());
        }
        assertThat(examples).hasSize(text.split("```bash", -1).length - 1).hasSizeGreaterThan(8);
        ServerSettings settings = ServerSettings.DEFAULT.withPort(0);
        try (Running running = new Running(folder, settings)) {
            for (MatchResult example : examples) {
                run(example, running.server.port());
            }
        }
    }

    private static void run(MatchResult example, int port)
            throws IOException, InterruptedException {
        String command = example.group("command").replace(":8080", ":" + port);
        String expected = example.group("output").strip();
        if (example.group("status").isEmpty()) {
            assertThat(shell(CURL + command).strip()).as(command).isEqualTo(expected);
            return;
        }
        String output = shell(CURL_WITH_STATUS + command);
        int end = output.lastIndexOf('\n');
        assertThat(output.substring(end + 1)).as(command).isEqualTo(example.group("status"));
        String body = output.substring(0, end);
        if (example.group("kind").equals("json")) {
            compare(Web.parse(expected), Web.parse(body), command);
        } else {
            assertThat(body).as(command).isEqualTo(expected);
        }
    }

    private static String shell(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(script + "\n" + output).isZero();
        return output;
    }

    private static void compare(JsonNode expected, JsonNode actual, String where) {
        assertThat(actual.getNodeType()).as(where).isEqualTo(expected.getNodeType());
        if (expected.isObject()) {
            assertThat(names(actual)).as(where).isEqualTo(names(expected));
            for (Map.Entry<String, JsonNode> field : expected.properties()) {
                String name = field.getKey();
                if (!VARIABLE.contains(name)) {
                    compare(field.getValue(), actual.get(name), where + "/" + name);
                }
            }
        } else if (expected.isArray()) {
            assertThat(actual).as(where).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                compare(expected.get(i), actual.get(i), where + "/" + i);
            }
        } else {
            assertThat(actual).as(where).isEqualTo(expected);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
