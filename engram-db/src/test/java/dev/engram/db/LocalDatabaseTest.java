package dev.engram.db;

import dev.engram.index.IndexSpec;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The database of a folder keeps the contracts, whatever its index. */
final class LocalDatabaseTest {

    @TempDir(factory = QuickFolder.class)
    private Path folder;

    @Nested
    final class WithFlat extends DatabaseContract {
        @Override
        protected Database open(Models models) {
            return Database.open(folder, models);
        }

        @Override
        protected IndexSpec index() {
            return new IndexSpec.Flat();
        }
    }

    /** With so little memory that every put is sealed by the next. */
    @Nested
    final class WithHnswInManySegments extends DatabaseContract {
        @Override
        protected Database open(Models models) {
            Settings settings = Settings.DEFAULT.withMemory(1).withJobsBy(Runnable::run);
            return Database.open(folder, models, settings);
        }

        @Override
        protected IndexSpec index() {
            return new IndexSpec.Hnsw(4, 16, 1);
        }
    }

    @Nested
    final class Refusals extends DatabaseRefusals {
        private Database open;

        @Override
        protected Database open(Models models) {
            open = Database.open(folder, models);
            return open;
        }

        @Override
        protected Database reopen(Models models) {
            open.close();
            return open(models);
        }
    }

    @Nested
    final class TransactionsWithFlat extends TransactionContract {
        @Override
        protected Database open(Models models, InstantSource clock) {
            return LocalDatabaseTest.this.open(models, Settings.DEFAULT.memoryBytesMax(), clock);
        }

        @Override
        protected IndexSpec index() {
            return new IndexSpec.Flat();
        }
    }

    @Nested
    final class TransactionsWithHnswInManySegments extends TransactionContract {
        @Override
        protected Database open(Models models, InstantSource clock) {
            return LocalDatabaseTest.this.open(models, 1, clock);
        }

        @Override
        protected IndexSpec index() {
            return new IndexSpec.Hnsw(4, 16, 1);
        }
    }

    @Nested
    final class TimeWithFlat extends TimeContract {
        @Override
        protected Database open(InstantSource clock) {
            return LocalDatabaseTest.this.open(
                    Models.NONE, Settings.DEFAULT.memoryBytesMax(), clock);
        }

        @Override
        protected IndexSpec index() {
            return new IndexSpec.Flat();
        }
    }

    @Nested
    final class TimeWithHnswInManySegments extends TimeContract {
        @Override
        protected Database open(InstantSource clock) {
            return LocalDatabaseTest.this.open(Models.NONE, 1, clock);
        }

        @Override
        protected IndexSpec index() {
            return new IndexSpec.Hnsw(4, 16, 1);
        }
    }

    @Nested
    final class FiltersWithFlat extends FilterContract {
        @Override
        protected Database open(Models models, InstantSource clock) {
            return LocalDatabaseTest.this.open(models, Settings.DEFAULT.memoryBytesMax(), clock);
        }

        @Override
        protected IndexSpec index() {
            return new IndexSpec.Flat();
        }
    }

    @Nested
    final class FiltersWithHnswInManySegments extends FilterContract {
        @Override
        protected Database open(Models models, InstantSource clock) {
            return LocalDatabaseTest.this.open(models, 1, clock);
        }

        @Override
        protected IndexSpec index() {
            return new IndexSpec.Hnsw(4, 16, 1);
        }
    }

    private Database open(Models models, long memoryBytesMax, InstantSource clock) {
        Settings settings =
                Settings.DEFAULT
                        .withMemory(memoryBytesMax)
                        .withClock(clock)
                        .withJobsBy(Runnable::run);
        return Database.open(folder, models, settings);
    }
}
