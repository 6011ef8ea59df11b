package dev.engram.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** openapi.yaml, and whether what a server says agrees with it. */
final class OpenApi {

    static final OpenApi DOCUMENT = new OpenApi();

    private final JsonNode root;

    /** Operations that were called and answered as described, such as {@code GET /health}. */
    private final Set<String> seen = new ConcurrentSkipListSet<>();

    private OpenApi() {
        try (InputStream in = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
            root = new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new AssertionError("openapi.yaml cannot be read", e);
        }
    }

    Set<String> seen() {
        return Set.copyOf(seen);
    }

    Set<String> operations() {
        Set<String> found = new TreeSet<>();
        root.get("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .fieldNames()
                                        .forEachRemaining(
                                                method -> {
                                                    if (!method.equals("parameters")) {
                                                        found.add(name(method, path.getKey()));
                                                    }
                                                }));
        return found;
    }

    private static String name(String method, String path) {
        return method.toUpperCase(java.util.Locale.ROOT) + " " + path;
    }

    /** Fails where an answer is not what the document promises for that operation. */
    void check(String method, String path, Web.Reply reply) {
        if (reply.status() >= 400) {
            if (!method.equals("HEAD")) {
                checkProblem(reply);
            }
            return;
        }
        String template = template(path);
        JsonNode operation = template == null ? null : operation(template, method);
        if (operation == null) {
            assertThat(method).as("undescribed operation on " + path).isIn("HEAD", "OPTIONS");
            return;
        }
        JsonNode response = operation.path("responses").path(Integer.toString(reply.status()));
        assertThat(response.isMissingNode())
                .as(method + " " + path + " answered an undescribed " + reply.status())
                .isFalse();
        checkContent(response, method + " " + path, reply);
        seen.add(name(method, template));
    }

    private void checkContent(JsonNode response, String what, Web.Reply reply) {
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            assertThat(reply.raw().body()).as(what).isEmpty();
            return;
        }
        String type = reply.header("content-type").split(";", -1)[0];
        assertThat(content.has(type)).as(what + " answered " + type).isTrue();
        if (type.equals("application/json")) {
            checkValue(content.get(type).get("schema"), reply.json(), what);
        }
        response.path("headers")
                .fieldNames()
                .forEachRemaining(name -> assertThat(reply.header(name)).as(name).isNotEmpty());
    }

    private void checkProblem(Web.Reply reply) {
        assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
        JsonNode problem = reply.json();
        JsonNode schema = root.at("/components/schemas/Problem");
        checkValue(schema, problem, "problem");
        assertThat(problem.get("status").asInt()).isEqualTo(reply.status());
        String codes = schema.at("/properties/code/description").asText();
        assertThat(codes).contains("`" + problem.get("code").asText() + "`");
    }

    private @Nullable JsonNode operation(String template, String method) {
        return root.get("paths").get(template).get(method.toLowerCase(java.util.Locale.ROOT));
    }

    private @Nullable String template(String path) {
        String plain = path.split("\\?", -1)[0];
        for (Iterator<String> it = root.get("paths").fieldNames(); it.hasNext(); ) {
            String template = it.next();
            if (plain.matches(template.replaceAll("\\{[a-z]+}", "[^/]+"))) {
                return template;
            }
        }
        return null;
    }

    /** Checks a value against what this document uses of JSON Schema. */
    private void checkValue(JsonNode schemaOrRef, JsonNode value, String where) {
        JsonNode schema = resolve(schemaOrRef);
        if (schema.has("type")) {
            assertThat(types(schema.get("type"))).as(where + ": " + value).contains(type(value));
        }
        if (schema.has("enum")) {
            assertThat(schema.get("enum")).as(where).contains(value);
        }
        for (JsonNode required : schema.path("required")) {
            assertThat(value.has(required.asText())).as(where + "/" + required).isTrue();
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode property = schema.path("properties").path(field.getKey());
            if (!property.isMissingNode()) {
                checkValue(property, field.getValue(), where + "/" + field.getKey());
            } else {
                assertThat(schema.path("additionalProperties").asBoolean(true))
                        .as(where + " has an undescribed " + field.getKey())
                        .isTrue();
            }
        }
        if (schema.has("items")) {
            value.forEach(item -> checkValue(schema.get("items"), item, where + "[]"));
        }
    }

    private JsonNode resolve(JsonNode schema) {
        return schema.has("$ref") ? root.at(schema.get("$ref").asText().substring(1)) : schema;
    }

    private static List<String> types(JsonNode type) {
        List<String> types = new ArrayList<>();
        if (type.isArray()) {
            type.forEach(one -> types.add(one.asText()));
        } else {
            types.add(type.asText());
        }
        if (types.contains("number")) {
            types.add("integer");
        }
        return types;
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case BINARY, MISSING, POJO -> throw new AssertionError(value.getNodeType());
        };
    }
}
