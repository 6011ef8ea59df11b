package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.CollectionInfo;
import dev.engram.db.Database;
import dev.engram.db.ModelIdentity;
import dev.engram.db.Models;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows which indexes there are. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Show the indexes there are.")
final class ListCommand implements Callable<Integer> {

    @Mixin Common common;

    @Option(names = "--format", description = "text or json (default: text).")
    Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        List<CollectionInfo> found = collections();
        switch (format) {
            case TEXT -> text(found);
            case JSON -> json(found);
        }
        return Shell.DONE;
    }

    private List<CollectionInfo> collections() {
        if (!Database.exists(common.dataFolder())) {
            return List.of();
        }
        try (Database database = common.read(Models.NONE)) {
            return database.collections();
        }
    }

    private void text(List<CollectionInfo> found) {
        PrintWriter out = common.terminal().out();
        if (found.isEmpty()) {
            out.println("No indexes in " + common.dataFolder() + " yet.");
            out.println("Make one:  engram build NAME --input PATH");
            return;
        }
        int width = found.stream().mapToInt(info -> info.name().length()).max().orElse(0);
        for (CollectionInfo info : found) {
            out.printf(
                    "%-" + width + "s  %16s  %4d-d  %-5s  %8s  %s%n",
                    info.name(),
                    Figures.count(info.records(), "record"),
                    info.dimension(),
                    Figures.kind(info.index()),
                    Figures.bytes(info.bytes().total()),
                    info.damage() == null
                            ? info.model().map(ModelIdentity::name).orElse("own vectors")
                            : "DAMAGED: " + info.damage());
        }
    }

    private void json(List<CollectionInfo> found) throws IOException {
        PrintWriter writer = common.terminal().out();
        try (JsonGenerator out = Json.to(writer)) {
            out.writeStartObject();
            out.writeArrayFieldStart("indexes");
            for (CollectionInfo info : found) {
                out.writeStartObject();
                out.writeStringField("name", info.name());
                out.writeNumberField("records", info.records());
                out.writeNumberField("dimension", info.dimension());
                out.writeStringField("model", info.model().map(ModelIdentity::name).orElse(null));
                out.writeStringField("index", Figures.kind(info.index()));
                out.writeNumberField("bytes", info.bytes().total());
                if (info.damage() != null) {
                    out.writeStringField("damage", info.damage());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        writer.println();
    }
}
