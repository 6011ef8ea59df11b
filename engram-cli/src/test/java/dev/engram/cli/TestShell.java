package dev.engram.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** Runs commands in this process, in a folder of their own, as scripts would: nobody watches. */
final class TestShell {

    static final Path ROOT = Path.of(System.getProperty("engram.root", ".."));
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    TestShell(Path folder) {
        this.folder = folder;
    }

    record Result(int status, String out, String err) {

        JsonNode json() {
            return parse(out);
        }

        /** What stands under "error" in the JSON on stderr. */
        JsonNode error() {
            return parse(err).get("error");
        }

        private static JsonNode parse(String text) {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException("no JSON: " + text, e);
            }
        }
    }

    Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal =
                new Terminal(new PrintWriter(out), new PrintWriter(err), folder, Map.of(), false);
        int status = new Shell(terminal).run(args);
        return new Result(status, out.toString(), err.toString());
    }
}
