package dev.engram.text.remote;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model that a provider runs, as its name says: {@code provider:model}, and behind {@code @} its
 * address where that is another than the environment's: {@code
 * openai:bge-m3@http://localhost:8000/v1}.
 *
 * @param provider who runs it
 * @param model the provider's name of it
 * @param address where the provider is; null for where the environment says
 */
record RemoteModel(Provider provider, String model, @Nullable URI address) {

    /** Tokens that well-known models read at once; by what their names begin with. */
    private static final List<Map.Entry<String, Integer>> WINDOWS =
            List.of(
                    Map.entry("nomic-embed-text-v2", 512),
                    Map.entry("nomic-embed-text", 2048),
                    Map.entry("mxbai-embed-large", 512),
                    Map.entry("all-minilm", 256),
                    Map.entry("snowflake-arctic-embed2", 8192),
                    Map.entry("snowflake-arctic-embed", 512),
                    Map.entry("bge-m3", 8192),
                    Map.entry("text-embedding-3", 8191),
                    Map.entry("text-embedding-ada", 8191),
                    Map.entry("embed-v4", 32_000),
                    Map.entry("voyage", 16_000),
                    Map.entry("gemini-embedding", 2048),
                    Map.entry("text-embedding-004", 2048));

    private static final int WINDOW_DEFAULT = 512;

    /** The model of that name; null where it is not one of a provider. */
    static @Nullable RemoteModel of(String name) {
        int colon = name.indexOf(':');
        Provider provider = colon < 1 ? null : Provider.of(name.substring(0, colon));
        if (provider == null) {
            return null;
        }
        String rest = name.substring(colon + 1);
        int at = Math.max(rest.indexOf("@http://"), rest.indexOf("@https://"));
        String model = at < 0 ? rest : rest.substring(0, at);
        if (!model.matches("[\\w.:/+-]{1,200}") || model.contains("..")) {
            throw new IllegalArgumentException(
                    "model: '" + name + "' (expected: " + provider.word() + ":MODEL)");
        }
        return new RemoteModel(provider, model, at < 0 ? null : uri(rest.substring(at + 1)));
    }

    /** An address that can be shown and stored: without a password in it. */
    static URI uri(String address) {
        URI uri;
        try {
            uri = URI.create(address.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("address: " + address + " (expected: a URL)", e);
        }
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException(
                    "address: " + address + " (expected: http://HOST:PORT/PATH, or https)");
        }
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "address: with a user in front of the host (expected: none, addresses are"
                            + " stored; keys belong into the environment)");
        }
        return uri;
    }

    /** The most tokens the model reads at once, as far as is known. */
    int window() {
        String plain = model.substring(model.lastIndexOf('/') + 1);
        return WINDOWS.stream()
                .filter(known -> plain.startsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(WINDOW_DEFAULT);
    }
}
