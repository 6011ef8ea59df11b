package dev.engram.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.engram.cli.TestShell.Result;
import dev.engram.db.Collection;
import dev.engram.db.Database;
import dev.engram.db.Point;
import dev.engram.db.Schema;
import dev.engram.index.Metric;
import dev.engram.storage.DiskStorage;
import dev.engram.testkit.Damage;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and backups, as they are made, looked at and gone back to. */
final class CopiesTest {

    @TempDir Path folder;
    private TestShell shell;

    @BeforeEach
    void fill() {
        shell = new TestShell(folder);
        put("a");
    }

    private void put(String id) {
        try (Database database = Database.open(folder.resolve(".engram"))) {
            Collection notes = database.collection("notes", Schema.ofVectors(2, Metric.EUCLIDEAN));
            notes.put(Point.of(id, new float[] {1, 2}));
        }
    }

    private long records(String data) {
        Result info = shell.run("info", "notes", "--data", data, "--format", "json");
        assertThat(info.err()).isEmpty();
        return info.json().get("records").asLong();
    }

    private void done(String said, String... command) {
        Result result = shell.run(command);
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains(said);
    }

    @Test
    void goesBackToASnapshot() {
        done("No snapshots", "snapshot", "list");
        done("Snapshot 'one' is made.", "snapshot", "create", "one");
        put("b");
        assertThat(records(".engram")).isEqualTo(2);
        done("is copied to there", "snapshot", "restore", "one", "--to", "there");
        assertThat(records("there")).isEqualTo(1);
        assertThat(records(".engram/snapshots/one")).isEqualTo(1);
        Result unasked = shell.run("snapshot", "restore", "one");
        assertThat(unasked.status()).isEqualTo(2);
        assertThat(unasked.err()).contains("-f to do it without asking");
        done("are as in 'one' again", "snapshot", "restore", "one", "-f");
        assertThat(records(".engram")).isEqualTo(1);
        Result listed = shell.run("snapshot", "list", "--format", "json");
        assertThat(listed.json().get("snapshots").get(0).get("name").asText()).isEqualTo("one");
        done("is removed", "snapshot", "drop", "one");
        Result gone = shell.run("snapshot", "drop", "one");
        assertThat(gone.status()).isEqualTo(1);
        assertThat(gone.err()).contains("no snapshot 'one' (there are: none)");
    }

    @Test
    void bringsBackABackup() {
        Result made = shell.run("backup", "create", "safe", "--format", "json");
        assertThat(made.err()).isEmpty();
        assertThat(made.json().get("id").asText()).isEqualTo("000001");
        assertThat(made.json().get("added_bytes").asLong()).isPositive();
        put("b");
        done("Snapshot 'two' is made.", "snapshot", "create", "two");
        put("c");
        done("Backup 000002: ", "backup", "create", "safe", "--snapshot", "two");
        done("000002  ", "backup", "list", "safe");
        done("Backup 000002 is whole", "backup", "verify", "safe");
        done("Backup 000001 is whole", "backup", "verify", "safe", "000001");
        done("is restored to", "backup", "restore", "safe", "000001", "--to", "first");
        assertThat(records("first")).isEqualTo(1);
        assertThat(shell.run("backup", "restore", "safe", "--to", "first").err())
                .contains("is not empty");
        assertThat(shell.run("backup", "restore", "safe").status()).isEqualTo(2);
        done("Backup 000002 is restored", "backup", "restore", "safe", "-f");
        assertThat(records(".engram")).isEqualTo(2);
        done("is restored to", "backup", "restore", "safe", "--data", "new");
        assertThat(records("new")).isEqualTo(2);
        done("is deleted", "backup", "delete", "safe", "000001");
        Result listed = shell.run("backup", "list", "safe", "--format", "json");
        assertThat(listed.json().get("backups")).hasSize(1);
    }

    @Test
    void saysWhichFileOfABackupIsDamaged() {
        done("000001", "backup", "create", "safe");
        DiskStorage pool = new DiskStorage(folder.resolve("safe/pool"));
        String file = pool.list().getFirst();
        new Damage(pool).flipBit(file, 9);
        Result refused = shell.run("backup", "verify", "safe", "--format=json");
        Result text = shell.run("backup", "verify", "safe");
        assertThat(text.status()).isEqualTo(1);
        assertThat(text.err()).contains(file).contains("take another backup");
        assertThat(refused.status()).isEqualTo(2);
    }

    @Test
    void keepsToTheMemoryItIsGiven() {
        Result info = shell.run("info", "notes", "--memory-budget", "64 MB", "--format", "json");
        assertThat(info.json().get("memory").get("budget").asLong()).isEqualTo(64L << 20);
        assertThat(shell.run("info", "notes", "--memory-budget", "1g").out())
                .contains("of 1.0 GB that it may take");
        for (String wrong : new String[] {"1MB", "much", "-5", "999999999999t"}) {
            Result refused = shell.run("info", "notes", "--memory-budget=" + wrong);
            assertThat(refused.status()).as(wrong).isEqualTo(2);
            assertThat(refused.err()).contains("'" + wrong + "' (expected: ");
        }
    }

    @Test
    void makesNothingWhereThereIsNothing() {
        for (String[] command :
                new String[][] {
                    {"snapshot", "list", "--data", "no"},
                    {"snapshot", "create", "x", "--data", "no"},
                    {"snapshot", "restore", "x", "--data", "no", "-f"},
                    {"backup", "create", "safe", "--data", "no"},
                    {"backup", "list", "nowhere"},
                    {"backup", "verify", "nowhere"}
                }) {
            Result result = shell.run(command);
            boolean listed = command[0].equals("backup") && command[1].equals("list");
            assertThat(result.status()).isEqualTo(listed ? 0 : 1);
        }
        assertThat(folder.toFile().list()).containsExactly(".engram");
    }
}
