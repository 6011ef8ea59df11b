package dev.engram.text.remote;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.text.embed.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who embeds texts over HTTP, and how each is asked. */
enum Provider {
    OLLAMA("http://127.0.0.1:11434", 64, "OLLAMA_HOST", "") {
        @Override
        String path(String model) {
            return "/api/embed";
        }

        @Override
        void body(JsonGenerator out, Question asked) throws IOException {
            out.writeStringField("model", asked.model());
            texts(out, "input", asked.texts());
            out.writeBooleanField("truncate", false);
        }

        @Override
        List<float[]> vectors(Json answer) {
            return answer.at("embeddings").items().stream().map(Json::floats).toList();
        }
    },
    OPENAI("https://api.openai.com/v1", 128, "OPENAI_BASE_URL OPENAI_API_BASE", "OPENAI_API_KEY") {
        @Override
        String path(String model) {
            return "/embeddings";
        }

        @Override
        void body(JsonGenerator out, Question asked) throws IOException {
            out.writeStringField("model", asked.model());
            texts(out, "input", asked.texts());
            out.writeStringField("encoding_format", "float");
        }

        @Override
        List<float[]> vectors(Json answer) {
            return byIndex(answer.at("data").items());
        }
    },
    COHERE("https://api.cohere.com", 96, "COHERE_BASE_URL", "COHERE_API_KEY CO_API_KEY") {
        @Override
        String path(String model) {
            return "/v2/embed";
        }

        @Override
        void body(JsonGenerator out, Question asked) throws IOException {
            out.writeStringField("model", asked.model());
            texts(out, "texts", asked.texts());
            out.writeStringField("input_type", asked.ofQuery("search_query", "search_document"));
            out.writeStringField("truncate", "NONE");
            texts(out, "embedding_types", List.of("float"));
        }

        @Override
        List<float[]> vectors(Json answer) {
            return answer.at("embeddings").at("float").items().stream().map(Json::floats).toList();
        }
    },
    VOYAGE("https://api.voyageai.com/v1", 128, "VOYAGE_BASE_URL", "VOYAGE_API_KEY") {
        @Override
        String path(String model) {
            return "/embeddings";
        }

        @Override
        void body(JsonGenerator out, Question asked) throws IOException {
            out.writeStringField("model", asked.model());
            texts(out, "input", asked.texts());
            out.writeStringField("input_type", asked.ofQuery("query", "document"));
            out.writeBooleanField("truncation", false);
        }

        @Override
        List<float[]> vectors(Json answer) {
            return byIndex(answer.at("data").items());
        }
    },
    GEMINI(
            "https://generativelanguage.googleapis.com/v1beta",
            100,
            "GEMINI_BASE_URL",
            "GEMINI_API_KEY GOOGLE_API_KEY") {
        @Override
        String path(String model) {
            return "/models/" + model + ":batchEmbedContents";
        }

        @Override
        Map<String, String> headers(String key) {
            return Map.of("x-goog-api-key", key);
        }

        @Override
        void body(JsonGenerator out, Question asked) throws IOException {
            out.writeArrayFieldStart("requests");
            for (String text : asked.texts()) {
                out.writeStartObject();
                out.writeStringField("model", "models/" + asked.model());
                out.writeStringField(
                        "taskType", asked.ofQuery("RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT"));
                out.writeObjectFieldStart("content");
                out.writeArrayFieldStart("parts");
                out.writeStartObject();
                out.writeStringField("text", text);
                out.writeEndObject();
                out.writeEndArray();
                out.writeEndObject();
                out.writeEndObject();
            }
            out.writeEndArray();
        }

        @Override
        List<float[]> vectors(Json answer) {
            return answer.at("embeddings").items().stream()
                    .map(item -> item.at("values").floats())
                    .toList();
        }
    },
    HUGGINGFACE(
            "https://router.huggingface.co/hf-inference",
            32,
            "HF_INFERENCE_URL",
            "HF_TOKEN HUGGINGFACE_API_KEY HUGGING_FACE_HUB_TOKEN") {
        @Override
        String path(String model) {
            return "/models/" + model + "/pipeline/feature-extraction";
        }

        @Override
        void body(JsonGenerator out, Question asked) throws IOException {
            texts(out, "inputs", asked.texts());
            out.writeBooleanField("normalize", true);
            out.writeBooleanField("truncate", false);
        }

        @Override
        List<float[]> vectors(Json answer) {
            return answer.items().stream().map(Json::floats).toList();
        }
    };

    private final String address;
    private final int batchMax;
    private final String addressVariables;
    private final String keyVariables;

    /**
     * @param address where it is unless the environment says otherwise
     * @param batchMax texts it takes at a time
     * @param addressVariables where the environment says so, blanks between
     * @param keyVariables where the environment has the key, blanks between; empty for no key
     */
    Provider(String address, int batchMax, String addressVariables, String keyVariables) {
        this.address = address;
        this.batchMax = batchMax;
        this.addressVariables = addressVariables;
        this.keyVariables = keyVariables;
    }

    /**
     * What is asked.
     *
     * @param model the provider's name of it
     * @param texts to be embedded
     * @param query whether they are questions, not passages
     */
    record Question(String model, List<String> texts, boolean query) {

        String ofQuery(String yes, String no) {
            return query ? yes : no;
        }
    }

    /** Where to ask, behind the address. */
    abstract String path(String model);

    /** Writes the fields of the request. */
    abstract void body(JsonGenerator out, Question asked) throws IOException;

    /** The vectors of an answer, in the order of the texts. */
    abstract List<float[]> vectors(Json answer);

    /** How the key is shown. */
    Map<String, String> headers(String key) {
        return Map.of("Authorization", "Bearer " + key);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    int batchMax() {
        return batchMax;
    }

    /** Where it is, by the environment. */
    String address(Map<String, String> environment) {
        for (String variable : addressVariables.split(" ", -1)) {
            String given = environment.getOrDefault(variable, "").strip();
            if (!given.isEmpty()) {
                return given.contains("://") ? given : "http://" + given;
            }
        }
        return address;
    }

    /** Whether nobody else is meant than the provider itself, who wants a key. */
    boolean needsKey(String at) {
        return at.equals(address) && !keyVariables.isEmpty();
    }

    /** The variables a key is looked for in. */
    List<String> keyVariables() {
        return keyVariables.isEmpty() ? List.of() : List.of(keyVariables.split(" ", -1));
    }

    /** The key, by the environment; null for none. */
    @Nullable String key(Map<String, String> environment) {
        return keyVariables().stream()
                .map(variable -> environment.getOrDefault(variable, "").strip())
                .filter(key -> !key.isEmpty())
                .findFirst()
                .orElse(null);
    }

    /** The provider of that name; null for none. */
    static @Nullable Provider of(String word) {
        return switch (word) {
            case "hf", "huggingface-api" -> HUGGINGFACE;
            case "google" -> GEMINI;
            default ->
                    Arrays.stream(values())
                            .filter(provider -> provider.word().equals(word))
                            .findFirst()
                            .orElse(null);
        };
    }

    private static void texts(JsonGenerator out, String field, List<String> texts)
            throws IOException {
        out.writeArrayFieldStart(field);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }

    /** Items may come in any order: each says which text it is of. */
    private static List<float[]> byIndex(List<Json> items) {
        float[][] vectors = new float[items.size()][];
        for (int i = 0; i < vectors.length; i++) {
            long index = items.get(i).at("index").numberOr(i);
            if (index < 0 || index >= vectors.length || vectors[(int) index] != null) {
                return List.of();
            }
            vectors[(int) index] = items.get(i).at("embedding").floats();
        }
        return new ArrayList<>(Arrays.asList(vectors));
    }
}
