package org.kvdock.l2.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.l2.base.Interleavings.exploreLarge;
import static org.kvdock.l2.base.Interleavings.together;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kvdock.l2.L2Exception;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.TaskJournal.DurabilityAction;

/**
 * The whole task book under a model checker: what submits, completions, fetches and close do to it at once. A schedule of
 * it takes longer than one of a small part, so there are fewer.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BookInterleavingsTest {
    private static List<Long> all(List<Long> some, List<Long> others) {
        List<Long> all = new ArrayList<>(some);
        all.addAll(others);
        return all.stream().sorted().toList();
    }

    @Test
    @DisplayName("R5, R6: stores complete while somebody reads the eventfd and pops: each comes once, and none without a signal")
    void popAgainstCompletions() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            StoreTask one = rig.accepted(rig.store(10));
            StoreTask other = rig.accepted(rig.store(10));
            List<Long> popped = new ArrayList<>();
            together(one::complete, other::complete, () -> {
                rig.told.getAndSet(0);
                popped.addAll(rig.pop());
            });
            long unread = rig.told.get();
            List<Long> left = rig.pop();
            assertEquals(List.of(0L, 1L), all(popped, left));
            assertTrue(left.isEmpty() || unread > 0, left + " that no signal tells of");
            assertEquals(2, rig.heard.get());
            assertTrue(rig.book.isIdle());
        });
    }

    @Test
    @DisplayName("R6: two pops at once share what is there; a second pop is empty")
    void popAgainstPop() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            StoreTask one = rig.accepted(rig.store(10));
            rig.accepted(rig.store(10)).complete();
            List<Long> first = new ArrayList<>();
            List<Long> second = new ArrayList<>();
            together(one::complete, () -> first.addAll(rig.pop()), () -> second.addAll(rig.pop()));
            assertEquals(List.of(0L, 1L), all(all(first, second), rig.pop()));
            assertEquals(List.of(), rig.pop());
        });
    }

    @Test
    @DisplayName("R6: a lookup completes while two query it: one of them has it, or it waits for a third")
    void queryAgainstCompletion() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            LookupTask task = rig.accepted(rig.lookup());
            AtomicInteger got = new AtomicInteger();
            Runnable query = () -> {
                rig.told.getAndSet(0);
                rig.book.query(TaskKind.LOOKUP, task.id()).ifPresent(result -> got.incrementAndGet());
            };
            together(task::complete, query, query);
            boolean signalled = rig.told.get() > 0;
            boolean left = rig.book.query(TaskKind.LOOKUP, task.id()).isPresent();
            assertEquals(1, got.get() + (left ? 1 : 0));
            assertTrue(!left || signalled, "left, and no signal tells of it");
            assertEquals(Optional.empty(), rig.book.query(TaskKind.LOAD, task.id()));
        });
    }

    @Test
    @DisplayName("R3: a completion, a deadline and a cancellation at once: one result, told to listeners once")
    void endsAtOnce() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            StoreTask task = rig.accepted(rig.store(10));
            together(task::complete, task::timeOut, task::cancel);
            assertEquals(List.of(0L), rig.pop());
            assertEquals(1, rig.told.get());
            assertEquals(1, rig.heard.get());
            assertTrue(rig.book.isIdle());
        });
    }

    @Test
    @DisplayName("R1, R6: a slot is given back while it is taken again and asked for: each id finds its own task only")
    void slotIsUsedAgain() {
        exploreLarge(() -> {
            // Two tasks in flight: four slots, so the fifth id would have the first one's.
            BookRig rig = new BookRig(2, 100);
            rig.accepted(rig.lookup()).complete();
            for (long id = 1; id < 4; id++) {
                rig.accepted(rig.lookup()).complete();
                rig.book.query(TaskKind.LOOKUP, id);
            }
            AtomicInteger got = new AtomicInteger();
            AtomicReference<TaskResult> fifth = new AtomicReference<>();
            together(
                    () -> {
                        rig.book.query(TaskKind.LOOKUP, 0).ifPresent(result -> got.incrementAndGet());
                        rig.book.query(TaskKind.LOOKUP, 0).ifPresent(result -> got.incrementAndGet());
                    },
                    () -> {
                        LookupTask task = rig.accepted(rig.lookup());
                        task.complete();
                        fifth.set(rig.book.query(TaskKind.LOOKUP, task.id()).orElse(null));
                    });
            assertEquals(1, got.get());
            long id = fifth.get().taskId();
            assertTrue(id == 4 || id == 5, id + ": the slot of 0 was free, or skipped");
            assertEquals(0, rig.book.unfetched());
        });
    }

    @Test
    @DisplayName("R3, R11: a close and a submit at once: the submit is refused, or its task is cancelled; nothing stays open")
    void closeAgainstSubmit() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            AtomicReference<Task> accepted = new AtomicReference<>();
            together(
                    () -> {
                        try {
                            accepted.set(rig.accepted(rig.store(10)));
                        } catch (L2Exception e) {
                            // closed
                        }
                    },
                    rig::close);
            assertTrue(rig.book.isIdle(), "in flight after close");
            List<Long> results = rig.pop();
            assertEquals(accepted.get() == null ? 0 : 1, results.size());
            assertEquals(accepted.get() == null ? 0 : 1, rig.heard.get());
        });
    }

    @Test
    @DisplayName("R3, R11: a close and a completion at once: one result, whoever was first")
    void closeAgainstCompletion() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            LookupTask task = rig.accepted(rig.lookup());
            together(task::complete, rig::close);
            TaskResult result = rig.book.query(TaskKind.LOOKUP, task.id()).orElseThrow();
            assertTrue(result.outcome() == TaskOutcome.SUCCESS || result.outcome() == TaskOutcome.CANCELLED);
            assertEquals(1, rig.told.get());
            assertTrue(rig.book.isIdle());
        });
    }

    @Test
    @DisplayName("R3, R4: a sync that ends, and a close that waits for it no longer: one result")
    void closeAgainstSync() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            AtomicReference<DurabilityAction> waiting = new AtomicReference<>();
            rig.whenDurable = waiting::set;
            StoreTask task = rig.accepted(rig.store(10));
            together(
                    task::complete,
                    () -> {
                        DurabilityAction action = waiting.get();
                        if (action != null) {
                            action.run(true);
                        }
                    },
                    rig.book::publishStragglers);
            rig.book.publishStragglers();
            assertEquals(List.of(0L), rig.pop());
            assertEquals(1, rig.told.get());
            assertEquals(1, rig.heard.get());
        });
    }

    @Test
    @DisplayName("R11: a drain that sees nothing in flight has refused the submit, or its result is there")
    void drainAgainstSubmit() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            AtomicReference<Task> accepted = new AtomicReference<>();
            AtomicReference<List<Long>> seen = new AtomicReference<>();
            together(
                    () -> {
                        try {
                            Task task = rig.accepted(rig.store(10));
                            accepted.set(task);
                            task.complete();
                        } catch (L2Exception e) {
                            // draining
                        }
                    },
                    () -> {
                        rig.draining = true;
                        if (rig.book.isIdle()) {
                            seen.set(rig.pop());
                        }
                    });
            if (seen.get() != null) {
                assertEquals(accepted.get() == null ? 0 : 1, seen.get().size(), "results when nothing was in flight");
            }
        });
    }

    @Test
    @DisplayName("R12: a task that comes while the clock goes to sleep is seen by it")
    void clockAgainstSubmit() {
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            AdapterClock[] clock = new AdapterClock[1];
            clock[0] = new AdapterClock("interleaved", 1, new AdapterClock.Tick() {
                @Override
                public boolean run() {
                    List<Task> open = rig.book.openTasks();
                    open.forEach(Task::timeOut);
                    if (!open.isEmpty()) {
                        clock[0].stop(0);
                    }
                    return !open.isEmpty();
                }

                @Override
                public void threw(Throwable thrown) {
                    throw new IllegalStateException(thrown);
                }
            });
            together(
                    () -> {
                        try {
                            clock[0].startAndJoin();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    () -> {
                        rig.accepted(rig.store(10));
                        clock[0].wake();
                    });
            assertEquals(List.of(0L), rig.pop());
        });
    }

    // These two tell by a flag: the checker's own report of a long failed schedule can fail itself.

    @Test
    @DisplayName("R6: the checker finds the result that is handed out twice, where finding and taking are two steps")
    void findsSecondDelivery() {
        AtomicBoolean found = new AtomicBoolean();
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            LookupTask task = rig.accepted(rig.lookup());
            task.complete();
            AtomicInteger got = new AtomicInteger();
            Runnable query = () -> {
                if (task.fetchable()) {
                    rig.book.query(TaskKind.LOOKUP, task.id());
                    got.incrementAndGet();
                }
            };
            together(query, query);
            if (got.get() != 1) {
                found.set(true);
            }
        });
        assertTrue(found.get());
    }

    @Test
    @DisplayName("R3: the checker finds the task that stays open, where a submit does not look at the phase again")
    void findsForgottenTask() {
        AtomicBoolean found = new AtomicBoolean();
        exploreLarge(() -> {
            BookRig rig = new BookRig(4, 100);
            rig.looksAgain = false;
            together(
                    () -> {
                        try {
                            rig.accepted(rig.store(10));
                        } catch (L2Exception e) {
                            // closed
                        }
                    },
                    rig::close);
            if (!rig.book.isIdle()) {
                found.set(true);
            }
        });
        assertTrue(found.get());
    }
}
