package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Database;
import dev.engram.db.Repair;
import dev.engram.text.EmbeddingModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes damaged indexes whole again. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description = {
            "Make again what is damaged of an index and can be derived.",
            "Graphs are built again from vectors, vectors from texts. What cannot be made again is"
                    + " named, and the exit status is 1."
        })
final class RepairCommand implements Callable<Integer> {

    @Mixin Common common;

    @Mixin Chosen chosen;

    @Option(
            names = "--drop-lost",
            description =
                    "Remove the records whose vectors are lost, so that the others can be used.")
    boolean dropLost;

    @Option(names = "--format", description = "text or json (default: text).")
    Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        chosen.check();
        try (EmbeddingModels models = common.models();
                Database database = common.openExisting(models)) {
            Map<String, Repair> repairs = new LinkedHashMap<>();
            Repair.Losses losses = dropLost ? Repair.Losses.REMOVE : Repair.Losses.KEEP;
            for (String name : chosen.names(database)) {
                repairs.put(name, database.repair(name, losses));
            }
            switch (format) {
                case TEXT -> repairs.forEach(this::text);
                case JSON -> json(repairs);
            }
            boolean lost = repairs.values().stream().anyMatch(it -> !it.lost().isEmpty());
            return lost ? Shell.FAILED : Shell.DONE;
        }
    }

    private void text(String name, Repair repair) {
        PrintWriter out = common.terminal().out();
        repair.mended().forEach(it -> common.say(name + ": mended: " + it));
        repair.lost().forEach(it -> out.println(name + ": LOST: " + it));
        if (repair.mended().isEmpty() && repair.lost().isEmpty()) {
            common.say(name + ": nothing was wrong");
        } else if (!repair.lost().isEmpty() && !dropLost) {
            common.say(
                    name
                            + ": restore the files from a backup, or remove these records with"
                            + " --drop-lost");
        }
    }

    private void json(Map<String, Repair> repairs) throws IOException {
        PrintWriter writer = common.terminal().out();
        try (JsonGenerator out = Json.to(writer)) {
            out.writeStartObject();
            out.writeArrayFieldStart("indexes");
            for (Map.Entry<String, Repair> entry : repairs.entrySet()) {
                out.writeStartObject();
                out.writeStringField("name", entry.getKey());
                write(out, "mended", entry.getValue().mended());
                write(out, "lost", entry.getValue().lost());
                write(out, "lost_ids", entry.getValue().lostIds());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        writer.println();
    }

    private static void write(JsonGenerator out, String field, List<String> texts)
            throws IOException {
        out.writeArrayFieldStart(field);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }
}
