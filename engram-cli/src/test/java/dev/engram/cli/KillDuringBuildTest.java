package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.cli.TestShell.Result;
import dev.engram.db.Collection;
import dev.engram.db.Database;
import dev.engram.db.Hit;
import dev.engram.testkit.Seed;
import dev.engram.testkit.Seeded;
import dev.engram.text.EmbeddingModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build that is killed leaves the old index or the new one, and nothing else on the disk. */
@Seeded
final class KillDuringBuildTest {

    private static final int KILLS = 20;
    private static final int FILES = 12;

    @TempDir Path folder;

    @Test
    void leavesTheOldStateOrTheNew(RandomGenerator random) throws Exception {
        write("spring");
        long start = System.nanoTime();
        assertThat(build().waitFor()).isZero();
        long wholeMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        String stored = "spring";
        try (EmbeddingModels models = EmbeddingModels.builtIn()) {
            for (int kill = 0; kill < KILLS * Seed.rounds(); kill++) {
                String next = "season" + kill;
                write(next);
                Process build = build();
                // Half of the kills in the last third, where files are swapped.
                long moment =
                        random.nextBoolean()
                                ? random.nextLong(wholeMillis)
                                : wholeMillis * 2 / 3 + random.nextLong(wholeMillis / 2);
                boolean ended = build.waitFor(moment, TimeUnit.MILLISECONDS);
                build.destroyForcibly().waitFor();
                String found = storedSeason(models);
                assertThat(found).isIn(stored, next);
                if (ended) {
                    assertThat(found).isEqualTo(next);
                }
                stored = found;
            }
        }
    }

    private void write(String season) throws IOException {
        Path notes = Files.createDirectories(folder.resolve("notes"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(
                    notes.resolve("note" + i + ".txt"),
                    "Note number %d was written in %s. It is about the weather."
                            .formatted(i, season));
        }
    }

    private Process build() throws IOException {
        return Launcher.start(
                folder, Map.of(), "engram", "build", "notes", "-q", "--input", "notes");
    }

    /** All notes must be of one season: which one. */
    private String storedSeason(EmbeddingModels models) throws IOException {
        Path data = folder.resolve(".engram");
        try (Database database = Database.open(data, models)) {
            Collection notes = database.collection("notes");
            List<Hit> hits = notes.search("weather", 100);
            assertThat(hits).hasSize(FILES);
            assertThat(notes.info().records()).isEqualTo(FILES);
            List<String> seasons =
                    hits.stream()
                            .map(hit -> String.valueOf(hit.text()))
                            .map(text -> text.replaceAll(".*written in (\\w+)\\..*", "$1"))
                            .distinct()
                            .toList();
            assertThat(seasons).hasSize(1);
            try (Stream<Path> collections = Files.list(data.resolve("segments"))) {
                assertThat(collections).as("nothing is left of what was cut off").hasSize(1);
            }
            return seasons.getFirst();
        }
    }

    @Test
    void anInterruptedFirstBuildLeavesNoIndex() throws Exception {
        write("winter");
        Process build = build();
        build.waitFor(300, TimeUnit.MILLISECONDS);
        build.destroyForcibly().waitFor();
        Result list = new TestShell(folder).run("list", "--format", "json");
        assertThat(list.json().get("indexes")).isEmpty();
    }
}
