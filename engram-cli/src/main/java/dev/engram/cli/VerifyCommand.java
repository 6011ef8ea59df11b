package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.db.Database;
import dev.engram.db.Finding;
import dev.engram.db.Models;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads every byte, and tells what is not as it was written. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Read every byte of an index and tell what is damaged.",
            "Checksums are compared, links are followed, and the index is compared with its"
                    + " records. Nothing is changed. The exit status is 1 where anything is wrong."
        })
final class VerifyCommand implements Callable<Integer> {

    @Mixin Common common;

    @Mixin Chosen chosen;

    @Option(names = "--format", description = "text or json (default: text).")
    Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        chosen.check();
        try (Database database = common.read(Models.NONE)) {
            List<String> names = chosen.names(database);
            List<Finding> findings =
                    chosen.all ? database.verify() : database.collection(names.getFirst()).verify();
            switch (format) {
                case TEXT -> text(names, findings);
                case JSON -> json(findings);
            }
            return findings.isEmpty() ? Shell.DONE : Shell.FAILED;
        }
    }

    private void text(List<String> names, List<Finding> findings) {
        PrintWriter out = common.terminal().out();
        for (Finding finding : findings) {
            if (finding.collection() == null) {
                out.println("DAMAGED: " + finding.trouble());
            }
        }
        for (String name : names) {
            List<Finding> own =
                    findings.stream().filter(it -> name.equals(it.collection())).toList();
            own.forEach(it -> out.println(name + ": DAMAGED: " + it.trouble()));
            if (own.isEmpty()) {
                common.say(name + ": sound");
            } else {
                common.say(name + ": mend what can be with 'engram repair " + name + "'");
            }
        }
    }

    private void json(List<Finding> findings) throws IOException {
        PrintWriter writer = common.terminal().out();
        try (JsonGenerator out = Json.to(writer)) {
            out.writeStartObject();
            out.writeArrayFieldStart("findings");
            for (Finding finding : findings) {
                out.writeStartObject();
                out.writeStringField("index", finding.collection());
                out.writeStringField("trouble", finding.trouble());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        writer.println();
    }
}
