package dev.engram.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.engram.error.ConflictException;
import dev.engram.error.CorruptException;
import dev.engram.error.DeniedException;
import dev.engram.error.EngramException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.NotFoundException;
import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * What a user is told when a command cannot do its work.
 *
 * @param code stable, for scripts
 * @param message what was wrong and what was expected
 * @param hint what to do
 */
record Failure(String code, String message, String hint) {

    static Failure of(IllegalArgumentException wrong, String command) {
        return new Failure(
                "usage", String.valueOf(wrong.getMessage()), "see '" + command + " --help'");
    }

    static Failure of(EngramException trouble, String command) {
        String message = String.valueOf(trouble.getMessage());
        if (command.endsWith(" bench ann")) {
            return ofVectorFiles(trouble, message);
        }
        if (command.contains(" snapshot ") || command.contains(" backup ")) {
            return ofCopies(trouble, message, command);
        }
        return switch (trouble) {
            case NotFoundException _ -> new Failure("not_found", message, hintOfNotFound(command));
            case ConflictException _ ->
                    new Failure("conflict", message, "build it again, or use another name");
            case CorruptException _ ->
                    new Failure(
                            "corrupt",
                            message,
                            command.endsWith(" verify") || command.endsWith(" repair")
                                    ? "restore the folder from a backup"
                                    : "'engram verify --all' tells all that is wrong, 'engram"
                                            + " repair NAME' mends what it can");
            case UnavailableException _ ->
                    new Failure("unavailable", message, "mend that and try again");
            case LimitExceededException _ ->
                    new Failure("limit_exceeded", message, "nothing was changed");
            case DeniedException _ -> new Failure("denied", message, "nothing was changed");
        };
    }

    private static String hintOfNotFound(String command) {
        if (command.contains(" model ")) {
            return "'engram model list' shows the models that are here";
        }
        return command.endsWith(" build")
                ? "nothing was changed"
                : "'engram list' shows what is there";
    }

    /** These commands are about whole databases. */
    private static Failure ofCopies(EngramException trouble, String message, String command) {
        return switch (trouble) {
            case NotFoundException _ -> new Failure("not_found", message, "nothing was changed");
            case ConflictException _ ->
                    new Failure("conflict", message, "take another name or folder");
            case CorruptException _ ->
                    new Failure(
                            "corrupt",
                            message,
                            command.contains(" backup ")
                                    ? "take another backup; 'engram backup list' shows them"
                                    : "take a backup, or another snapshot");
            case UnavailableException _ ->
                    new Failure("unavailable", message, "mend that and try again");
            case LimitExceededException _ ->
                    new Failure("limit_exceeded", message, "free some space and try again");
            case DeniedException _ -> new Failure("denied", message, "nothing was changed");
        };
    }

    /** This command reads files of others, and no collections. */
    private static Failure ofVectorFiles(EngramException trouble, String message) {
        return switch (trouble) {
            case NotFoundException _ -> new Failure("not_found", message, "check the path");
            case ConflictException _ ->
                    new Failure(
                            "conflict", message, "give files and settings that belong together");
            case CorruptException _ ->
                    new Failure("corrupt", message, "fetch or write that file again");
            case UnavailableException _ ->
                    new Failure("unavailable", message, "mend that and try again");
            case LimitExceededException _ ->
                    new Failure("limit_exceeded", message, "measure with fewer vectors");
            case DeniedException _ -> new Failure("denied", message, "nothing was measured");
        };
    }

    void print(PrintWriter err, boolean json) {
        if (!json) {
            err.println("engram: " + message);
            err.println("        " + hint);
            return;
        }
        try (JsonGenerator out = Json.to(err)) {
            out.writeStartObject();
            out.writeObjectFieldStart("error");
            out.writeStringField("code", code);
            out.writeStringField("message", message);
            out.writeStringField("hint", hint);
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new AssertionError("writing to memory failed", e);
        }
        err.println();
    }
}
