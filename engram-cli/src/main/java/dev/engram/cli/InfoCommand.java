package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.CollectionInfo;
import dev.engram.db.Database;
import dev.engram.db.MemoryInfo;
import dev.engram.db.ModelIdentity;
import dev.engram.db.Models;
import dev.engram.db.StorageAccount;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what an index is and where its bytes are. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description = "Show what an index holds and where its bytes are.")
final class InfoCommand implements Callable<Integer> {

    @Mixin Common common;

    @Parameters(paramLabel = "NAME", description = "The index.")
    String name;

    @Option(names = "--format", description = "text or json (default: text).")
    Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        try (Database database = common.read(Models.NONE)) {
            CollectionInfo info = database.collection(name).info();
            MemoryInfo memory = database.memory();
            switch (format) {
                case TEXT -> {
                    text(common.terminal().out(), info);
                    text(common.terminal().out(), memory);
                }
                case JSON -> json(common.terminal().out(), info, memory);
            }
        }
        return Shell.DONE;
    }

    /** What is there, by its name in JSON. */
    private static Map<String, Long> parts(StorageAccount bytes) {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put("text_raw", bytes.textRaw());
        parts.put("vectors_raw", bytes.vectorsRaw());
        parts.put("graph", bytes.graph());
        parts.put("codes", bytes.codes());
        parts.put("vectors", bytes.vectors());
        parts.put("records", bytes.records());
        parts.put("keyword", bytes.keyword());
        parts.put("other", bytes.other());
        parts.put("total", bytes.total());
        return parts;
    }

    private static Map<String, Long> parts(MemoryInfo memory) {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put("row_cache", memory.rowCache());
        parts.put("row_buffers", memory.rowBuffers());
        parts.put("row_tables", memory.rowTables());
        parts.put("vectors", memory.vectors());
        parts.put("indexes", memory.indexes());
        parts.put("total", memory.total());
        parts.put("budget", memory.budget());
        parts.put("mapped", memory.mapped());
        return parts;
    }

    static void text(PrintWriter out, CollectionInfo info) {
        StorageAccount bytes = info.bytes();
        out.printf("%s: %s%n", info.name(), Figures.count(info.records(), "record"));
        String model = info.model().map(ModelIdentity::name).orElse("none: own vectors");
        line(out, "model", model);
        line(out, "vectors", info.dimension() + " components, " + lower(info.metric()));
        line(out, "index", Figures.kind(info.index()));
        if (info.damage() != null) {
            line(out, "DAMAGED", info.damage());
        }
        out.println("storage");
        account(out, "texts and metadata", bytes.records(), bytes.textRaw());
        account(out, "vectors", bytes.vectors(), bytes.textRaw());
        account(out, "graph", bytes.graph(), bytes.textRaw());
        account(out, "words", bytes.keyword(), bytes.textRaw());
        account(out, "other", bytes.codes() + bytes.other(), bytes.textRaw());
        account(out, "total", bytes.total(), bytes.textRaw());
        out.printf(
                "  of %s of raw text and %s of raw vectors%n",
                Figures.bytes(bytes.textRaw()), Figures.bytes(bytes.vectorsRaw()));
    }

    private static void text(PrintWriter out, MemoryInfo memory) {
        out.println("memory of this process");
        out.printf("  %-20s %8s%n", "records", Figures.bytes(memory.rows()));
        out.printf("  %-20s %8s%n", "vectors", Figures.bytes(memory.vectors()));
        out.printf("  %-20s %8s%n", "indexes", Figures.bytes(memory.indexes()));
        out.printf("  %-20s %8s%n", "total", Figures.bytes(memory.total()));
        out.printf("  of %s that it may take%n", Figures.bytes(memory.budget()));
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf("  %-10s %s%n", what, value);
    }

    private static void account(PrintWriter out, String what, long bytes, long textBytes) {
        String share =
                textBytes == 0
                        ? ""
                        : String.format(
                                Locale.ROOT, "%6.1f %% of the raw text", 100.0 * bytes / textBytes);
        out.printf("  %-20s %8s  %s%n", what, Figures.bytes(bytes), share);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void json(PrintWriter writer, CollectionInfo info, MemoryInfo memory)
            throws IOException {
        try (JsonGenerator out = Json.to(writer)) {
            out.writeStartObject();
            out.writeStringField("name", info.name());
            out.writeNumberField("records", info.records());
            out.writeNumberField("dimension", info.dimension());
            out.writeStringField("metric", lower(info.metric()));
            out.writeStringField("index", Figures.kind(info.index()));
            out.writeStringField("model", info.model().map(ModelIdentity::name).orElse(null));
            out.writeFieldName("bytes");
            Json.value(out, parts(info.bytes()));
            out.writeFieldName("memory");
            Json.value(out, parts(memory));
            if (info.damage() != null) {
                out.writeStringField("damage", info.damage());
            }
            out.writeEndObject();
        }
        writer.println();
    }
}
