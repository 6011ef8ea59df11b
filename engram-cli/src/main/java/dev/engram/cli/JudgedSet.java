package dev.engram.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.engram.db.Point;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * A retrieval test set: documents, queries, and which document answers which query.
 *
 * @param documents title and text of each as one record
 * @param queries texts by id
 * @param judgements by query id, of the queries that have an answer
 */
record JudgedSet(
        List<Point> documents, Map<String, String> queries, Map<String, Judgements> judgements) {

    private static final JsonFactory JSON = new JsonFactory();

    /** Reads a set; each of its three files may be gzipped. */
    static JudgedSet read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new NotFoundException("no folder " + folder);
        }
        List<Point> documents = new ArrayList<>();
        objects(
                folder,
                "corpus.jsonl",
                fields -> {
                    String title = fields.getOrDefault("title", "");
                    String text = fields.getOrDefault("text", "");
                    documents.add(Point.of(id(fields), (title + " " + text).strip()));
                });
        Map<String, String> queries = new LinkedHashMap<>();
        objects(
                folder,
                "queries.jsonl",
                fields -> queries.put(id(fields), fields.getOrDefault("text", "")));
        return new JudgedSet(documents, queries, judgements(folder, queries));
    }

    /** The text of a query. */
    String query(String id) {
        return queries.getOrDefault(id, "");
    }

    private static String id(Map<String, String> fields) {
        String id = fields.get("id");
        return id == null ? fields.getOrDefault("_id", "") : id;
    }

    private static Map<String, Judgements> judgements(Path folder, Map<String, String> queries) {
        Map<String, Map<String, Integer>> gains = new LinkedHashMap<>();
        lines(
                folder,
                "qrels.tsv",
                (line, number) -> {
                    List<String> cells = List.of(line.split("\t", -1));
                    if (cells.size() != 3) {
                        throw damaged(folder, "qrels.tsv", number, "three columns");
                    }
                    if (number > 1 || cells.get(2).matches("-?\\d+")) {
                        gains.computeIfAbsent(cells.get(0), _ -> new HashMap<>())
                                .put(cells.get(1), Integer.valueOf(cells.get(2).strip()));
                    }
                });
        Map<String, Judgements> judged = new LinkedHashMap<>();
        gains.forEach(
                (query, documents) -> {
                    Judgements judgements = new Judgements(documents);
                    if (queries.containsKey(query) && judgements.hasAnswer()) {
                        judged.put(query, judgements);
                    }
                });
        if (judged.isEmpty()) {
            throw damaged(folder, "qrels.tsv", 1, "a judgement of a query that exists");
        }
        return judged;
    }

    private interface FieldsVisitor {
        void visit(Map<String, String> fields);
    }

    /** Visits the flat JSON objects of a file, one a line. */
    private static void objects(Path folder, String name, FieldsVisitor visitor) {
        lines(
                folder,
                name,
                (line, number) -> {
                    try {
                        visitor.visit(fields(line));
                    } catch (JsonProcessingException _) {
                        throw damaged(folder, name, number, "a JSON object");
                    }
                });
    }

    private static Map<String, String> fields(String line) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = JSON.createParser(line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                if (parser.currentToken().isScalarValue()) {
                    fields.put(field, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        }
        return fields;
    }

    private interface LineVisitor {
        void visit(String line, int number) throws IOException;
    }

    private static void lines(Path folder, String name, LineVisitor visitor) {
        Path plain = folder.resolve(name);
        Path zipped = folder.resolve(name + ".gz");
        boolean gzip = !Files.exists(plain);
        if (gzip && !Files.exists(zipped)) {
            throw new NotFoundException("no " + name + " or " + name + ".gz in " + folder);
        }
        Path file = gzip ? zipped : plain;
        try (InputStream bytes = Files.newInputStream(file);
                InputStream content = gzip ? new GZIPInputStream(bytes) : bytes;
                BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(content, StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    visitor.visit(line, number);
                }
            }
        } catch (IOException e) {
            throw new UnavailableException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static UnavailableException damaged(
            Path folder, String name, int line, String expected) {
        return new UnavailableException(
                folder.resolve(name) + " line " + line + " (expected: " + expected + ")");
    }
}
