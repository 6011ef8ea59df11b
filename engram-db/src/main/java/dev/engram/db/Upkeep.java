package dev.engram.db;

import dev.engram.db.shard.MergePlan;
import dev.engram.db.shard.Shard;
import dev.engram.error.EngramException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The work on a collection's shard that is done beside the calls.
 *
 * <pre>
 *   lane SEAL    memory full ──► seal
 *   lane LINK    nothing to seal, chunks full ──► link
 *   lane MERGE   files unneeded ──► delete    records removed ──► compact    segments ──► merge
 *
 *   idle ──wake──► submitted ──► active, task after task ──nothing due──► idle
 *                                   └──failed──► idle, resting for some seconds
 * </pre>
 *
 * What is due is read off the shard each time, so nothing has to be remembered over a failure or a
 * restart. Order of locks: those of commits and of the shard may be held when {@code lock} is
 * taken, and not the other way round.
 */
final class Upkeep implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());

    private static final long REST_MILLIS = 5_000;

    /** The rest grows up to five minutes: what fails again and again reads much for nothing. */
    private static final int REST_DOUBLINGS = 6;

    /** How often a writer that waits looks whether a failed seal is to be tried again. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Way {
        SEAL,
        LINK,
        MERGE
    }

    private static final class Lane {
        /** Somebody is to work in it, or does. */
        private boolean submitted;

        private boolean active;

        /** Of the one who is to begin; those with another number come too late. */
        private long ticket;

        private @Nullable Task task;
        private @Nullable EngramException failure;
        private long restUntil;

        /** How many there were one after the other, up to {@link #REST_DOUBLINGS}. */
        private int failures;
    }

    private final Records records;
    private final Crew crew;
    private final Commits commits;
    private final Duration roomWait;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Way, Lane> lanes = new EnumMap<>(Way.class);
    private volatile boolean closed;

    /** Somebody waits for all to be done, the small things included. */
    private volatile boolean thorough;

    Upkeep(Records records, Crew crew, Commits commits, Duration roomWait) {
        this.records = records;
        this.crew = crew;
        this.commits = commits;
        this.roomWait = roomWait;
        for (Way way : Way.values()) {
            lanes.put(way, new Lane());
        }
    }

    private Lane lane(Way way) {
        Lane lane = lanes.get(way);
        if (lane == null) {
            throw new AssertionError("no lane " + way);
        }
        return lane;
    }

    /** What is due next in a lane; null for nothing. */
    private @Nullable Task plan(Way way) {
        Shard shard = records.shardToKeep();
        if (shard == null) {
            return null;
        }
        return switch (way) {
            case SEAL -> planSeal(shard);
            case LINK -> planLink(shard);
            case MERGE -> planMerge(shard);
        };
    }

    private @Nullable Task planSeal(Shard shard) {
        boolean due = shard.isFull() || (shard.memoryRows() > 0 && records.isPressed());
        if (!due) {
            return null;
        }
        return new Task(
                Job.Kind.SEAL,
                shard.memoryRows() + " rows in memory",
                pace -> {
                    records.reclaim().collect(shard);
                    long before = shard.sealedThrough();
                    commits.between(shard::freeze);
                    shard.seal(crew.workers(), pace);
                    records.sealed(shard.sealedThrough() - before);
                });
    }

    private @Nullable Task planLink(Shard shard) {
        // A writer may wait for the seal, and nobody for this.
        if (lane(Way.SEAL).active || !shard.isLinkDue()) {
            return null;
        }
        return new Task(
                Job.Kind.LINK,
                shard.memoryRows() + " rows in memory, not all in a graph",
                shard::link);
    }

    private @Nullable Task planMerge(Shard shard) {
        if (shard.hasUnneeded()) {
            return new Task(
                    Job.Kind.DELETE_FILES,
                    "segments were merged, or not finished",
                    _ -> shard.deleteUnneeded());
        }
        if (records.reclaim().isCompactionDue(shard, thorough)) {
            return new Task(
                    Job.Kind.COMPACT,
                    "records were removed",
                    _ -> records.reclaim().compact(shard, thorough));
        }
        MergePlan plan = shard.mergePlan();
        if (plan == null) {
            return null;
        }
        Job.Kind kind =
                switch (plan.aim()) {
                    case MERGE -> Job.Kind.MERGE;
                    case ALTER -> Job.Kind.ALTER;
                };
        return new Task(kind, plan.cause(), pace -> shard.merge(crew.workers(), pace));
    }

    /** Starts what is due and not under way. */
    void wake() {
        for (Way way : Way.values()) {
            wake(way);
        }
    }

    private void wake(Way way) {
        long ticket;
        lock.lock();
        try {
            Lane lane = lane(way);
            if (lane.submitted || isHeldUp(lane) || plan(way) == null) {
                return;
            }
            lane.submitted = true;
            ticket = ++lane.ticket;
        } finally {
            lock.unlock();
        }
        crew.execute(() -> run(way, ticket));
    }

    private boolean isHeldUp(Lane lane) {
        return closed || crew.isPaused() || isResting(lane);
    }

    private boolean isResting(Lane lane) {
        return lane.failure != null && commits.millis() < lane.restUntil;
    }

    private void run(Way way, long ticket) {
        lock.lock();
        try {
            if (lane(way).ticket != ticket) {
                return;
            }
            lane(way).active = true;
        } finally {
            lock.unlock();
        }
        run(way);
    }

    /** Does what is due in a lane that is active already. */
    private void run(Way way) {
        boolean ended = false;
        try {
            for (Task task = next(way); task != null; task = next(way)) {
                work(lane(way), task);
            }
            ended = true;
        } finally {
            if (!ended) {
                leave(lane(way));
            }
        }
        if (way == Way.SEAL) {
            wake(Way.MERGE);
            wake(Way.LINK);
        }
    }

    /** What to do next in a lane; leaves it where that is nothing. */
    private @Nullable Task next(Way way) {
        lock.lock();
        try {
            Lane lane = lane(way);
            Task task = isHeldUp(lane) ? null : plan(way);
            if (task == null) {
                leave(lane);
            } else {
                lane.task = task;
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Lane lane) {
        lock.lock();
        try {
            lane.submitted = false;
            lane.active = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void work(Lane lane, Task task) {
        EngramException failure =
                new UnavailableException(task + " was ended by an error of engram's own");
        try {
            task.run((done, all) -> step(task, done, all));
            failure = null;
        } catch (CancellationException e) {
            failure = closedMeanwhile();
        } catch (EngramException e) {
            failure = e;
        } finally {
            ended(lane, task, failure);
        }
    }

    private void ended(Lane lane, Task task, @Nullable EngramException failure) {
        lock.lock();
        try {
            lane.failure = failure;
            if (failure != null) {
                task.fail(String.valueOf(failure.getMessage()));
                lane.restUntil = commits.millis() + (REST_MILLIS << lane.failures);
                lane.failures = Math.min(lane.failures + 1, REST_DOUBLINGS);
            } else {
                lane.failures = 0;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (failure != null && !closed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} of ''{1}'' failed and is tried again: {2}",
                    task,
                    records.name(),
                    failure.getMessage());
        }
    }

    private void step(Task task, long done, long all) {
        task.progress(done, all);
        if (crew.isPaused()) {
            task.enter(Job.State.PAUSED);
            crew.awaitResumed(() -> closed);
            task.enter(Job.State.RUNNING);
        }
        if (closed) {
            throw new CancellationException("closed");
        }
    }

    /**
     * Returns once there is room in memory for a commit.
     *
     * @throws LimitExceededException where that takes too long
     */
    void awaitRoom(Shard shard) {
        wake();
        long left = roomWait.toNanos();
        while (shard.isCrowded()) {
            if (closed) {
                throw closedMeanwhile();
            }
            if (left <= 0) {
                throw crowded(shard);
            }
            left -= pause(shard, Math.min(left, LOOK_NANOS));
            wake();
        }
    }

    /** Waits until there is room, for some time; returns how long. */
    private long pause(Shard shard, long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !closed && shard.isCrowded()) {
                left = changed.awaitNanos(left);
            }
            return nanos - left;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for room in memory", e);
        } finally {
            lock.unlock();
        }
    }

    private LimitExceededException crowded(Shard shard) {
        String message =
                "'%s' has %d rows in memory that are not sealed yet, and none were in %s; nothing"
                        + " was written, try again later";
        message = message.formatted(records.name(), shard.memoryRows(), roomWait);
        if (crew.isPaused()) {
            return new LimitExceededException(message + " (jobs are paused)");
        }
        EngramException failure = lane(Way.SEAL).failure;
        return failure == null
                ? new LimitExceededException(message)
                : new LimitExceededException(message + ": " + failure.getMessage(), failure);
    }

    /** Has all that is due done, by this thread or others, and waits for it. */
    void settle(Shard shard) {
        forgetRests();
        records.reclaim().collect(shard);
        thorough = true;
        try {
            while (true) {
                Way mine = claimOrWait();
                if (mine == null) {
                    return;
                }
                run(mine);
            }
        } finally {
            thorough = false;
        }
    }

    private void forgetRests() {
        lock.lock();
        try {
            lanes.values().forEach(lane -> lane.failure = null);
        } finally {
            lock.unlock();
        }
    }

    /** A lane that this thread is to work in; null where all is done. */
    private @Nullable Way claimOrWait() {
        lock.lock();
        try {
            while (true) {
                boolean working = false;
                for (Way way : Way.values()) {
                    Lane lane = lane(way);
                    checkGoesOn(lane);
                    if (!lane.active && plan(way) != null) {
                        lane.submitted = true;
                        lane.active = true;
                        lane.ticket++;
                        return way;
                    }
                    working |= lane.active;
                }
                if (!working) {
                    return null;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private UnavailableException closedMeanwhile() {
        return new UnavailableException("'" + records.name() + "' was closed meanwhile");
    }

    private void checkGoesOn(Lane lane) {
        if (closed) {
            throw closedMeanwhile();
        }
        if (crew.isPaused()) {
            throw new IllegalStateException("jobs are paused; resume them first");
        }
        if (lane.failure != null) {
            throw lane.failure;
        }
    }

    /** What was done last, is under way, and is due. */
    List<Job> jobs() {
        lock.lock();
        try {
            List<Job> jobs = new ArrayList<>();
            for (Way way : Way.values()) {
                Lane lane = lane(way);
                if (lane.task != null) {
                    jobs.add(lane.task.job(records.name()));
                }
                Task due = lane.active || lane.failure != null ? null : plan(way);
                if (due != null) {
                    if (crew.isPaused()) {
                        due.enter(Job.State.PAUSED);
                    }
                    jobs.add(due.job(records.name()));
                }
            }
            return jobs;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends what is under way, and has those who wait for it give up. For the time in which {@link
     * #close} still waits for calls.
     */
    void end() {
        closed = true;
        crew.look();
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends what is under way, and waits for it; nothing is begun any more. */
    @Override
    public void close() {
        end();
        lock.lock();
        try {
            for (Lane lane : lanes.values()) {
                lane.ticket++;
                while (lane.active) {
                    changed.awaitUninterruptibly();
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
