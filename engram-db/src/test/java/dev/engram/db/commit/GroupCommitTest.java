package dev.engram.db.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.ConflictException;
import dev.engram.error.LimitExceededException;
import dev.engram.error.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class GroupCommitTest {

    private final List<List<Integer>> groups = new ArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private void commit(List<GroupCommit.Entry<Integer>> group) {
        groups.add(group.stream().map(GroupCommit.Entry::wanted).toList());
        if (groups.size() == 1) {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        for (GroupCommit.Entry<Integer> entry : group) {
            if (entry.wanted() < 0) {
                entry.refuse(new ConflictException("negative"));
            } else {
                entry.committed(1000L + entry.wanted());
            }
        }
    }

    @Test
    void takesAllThatWaitTogether() throws InterruptedException {
        GroupCommit<Integer> commits = new GroupCommit<>(this::commit);
        List<CompletableFuture<Long>> all = new ArrayList<>();
        all.add(CompletableFuture.supplyAsync(() -> commits.commit(0), Thread::startVirtualThread));
        entered.await();
        for (int i = 1; i <= 20; i++) {
            int wanted = i % 5 == 0 ? -i : i;
            all.add(
                    CompletableFuture.supplyAsync(
                            () -> commits.commit(wanted), Thread::startVirtualThread));
        }
        while (commits.waiting() < 20) {
            Thread.onSpinWait();
        }
        released.countDown();
        for (int i = 0; i <= 20; i++) {
            CompletableFuture<Long> one = all.get(i);
            if (i % 5 == 0 && i > 0) {
                assertThatThrownBy(one::join).hasCauseInstanceOf(ConflictException.class);
            } else {
                assertThat(one.join()).isEqualTo(1000 + i);
            }
        }
        assertThat(groups).hasSize(2);
        assertThat(groups.getLast()).hasSize(20);
    }

    @Test
    void tellsEverybodyWhereTheGroupFails() {
        released.countDown();
        GroupCommit<Integer> full =
                new GroupCommit<>(
                        _ -> {
                            throw new LimitExceededException("disk full");
                        });
        assertThatThrownBy(() -> full.commit(1)).isInstanceOf(LimitExceededException.class);
        AtomicInteger calls = new AtomicInteger();
        GroupCommit<Integer> broken =
                new GroupCommit<>(
                        _ -> {
                            if (calls.incrementAndGet() == 1) {
                                throw new AssertionError("ours");
                            }
                        });
        assertThatThrownBy(() -> broken.commit(1)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> broken.commit(2))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("whether this one counts is unknown");
    }
}
