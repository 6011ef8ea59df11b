package dev.engram.db;

import dev.engram.db.shard.Pace;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A {@link Job} while it is done. Written by one thread, read by any. */
final class Task {

    private final Job.Kind kind;
    private final String cause;
    private final Consumer<Pace> work;
    private volatile Job.State state = Job.State.WAITING;
    private volatile long done;
    private volatile long all;
    private volatile @Nullable String trouble;

    Task(Job.Kind kind, String cause, Consumer<Pace> work) {
        this.kind = kind;
        this.cause = cause;
        this.work = work;
    }

    void run(Pace pace) {
        enter(Job.State.RUNNING);
        work.accept(pace);
        done = all;
        enter(Job.State.DONE);
    }

    void enter(Job.State next) {
        state = next;
    }

    void progress(long doneNow, long allNow) {
        all = allNow;
        done = doneNow;
    }

    void fail(String why) {
        trouble = why;
        state = Job.State.FAILED;
    }

    /** As it is now. */
    Job job(String collection) {
        return new Job(collection, kind, cause, state, done, all, trouble);
    }

    /** What it is, for messages. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
