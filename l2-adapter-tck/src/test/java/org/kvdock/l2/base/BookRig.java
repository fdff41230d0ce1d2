package org.kvdock.l2.base;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.DrainingException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/**
 * A task book as an adapter has it, without the adapter's threads: a test runs each step itself. The time stands still,
 * the eventfds are counters, the journal forgets at once.
 */
final class BookRig {
    /** What each eventfd was told and nobody has read. */
    final AtomicLong told = new AtomicLong();
    /** How many completions the adapter's listeners were told of. */
    final AtomicInteger heard = new AtomicInteger();
    final TaskBook book;
    volatile boolean draining;
    volatile boolean closed;
    /** Whether a submit looks at the phase once more when its task is in the table. */
    volatile boolean looksAgain = true;
    /** What the journal does with those who wait for its promise. */
    volatile Consumer<TaskJournal.DurabilityAction> whenDurable = action -> action.run(true);
    /** What happens in a submit that is refused, before it throws. */
    volatile Runnable onRefusal = () -> {};
    /** What writing to an eventfd does beside counting. */
    volatile Runnable onSignal = () -> {};

    BookRig(int mostTasks, long mostBytes) {
        Duration long_ = Duration.ofDays(1);
        AdapterSettings settings =
                new AdapterSettings(mostTasks, mostBytes, 1 << 20, 16, long_, long_, long_, long_, long_, 1);
        TaskJournal journal = new Forgetful();
        JournalWriter writer = new JournalWriter(journal, STILL);
        CompletionSignal[] signals = new CompletionSignal[TaskKind.values().length];
        for (int kind = 0; kind < signals.length; kind++) {
            signals[kind] = new CompletionSignal(null, count -> {
                onSignal.run();
                told.addAndGet(count);
            });
        }
        Health health = new Health(STILL);
        ObjectIndex<String> index = new ObjectIndex<>(writer, STILL, long_.toNanos(), new ObjectIndex.IndexEvents() {
            @Override
            public void published(ObjectKey key, long bytes) {}

            @Override
            public void removed(ObjectKey key, RemovalReason reason) {}

            @Override
            public void unrecorded(Throwable thrown) {}
        });
        book = new TaskBook(settings, journal, writer, STILL, index, signals, health, new TaskBook.Intake() {
            @Override
            public void check(Task task) {
                if (closed) {
                    onRefusal.run();
                    throw new ClosedException("closed");
                }
                if (draining) {
                    onRefusal.run();
                    throw new DrainingException("draining");
                }
            }

            @Override
            public boolean closed() {
                return looksAgain && closed;
            }
        }, new TaskBook.Completions() {
            @Override
            public void completed(Task task, TaskResult result) {
                heard.incrementAndGet();
            }

            @Override
            public void giveBack(List<ObjectKey> keys) {}
        });
    }

    /** @return a store without keys, that counts for so many bytes; not accepted yet */
    StoreTask store(long bytes) {
        return new StoreTask(book, List.of(), List.of(), bytes, Optional.empty());
    }

    /** @return a lookup without keys; not accepted yet */
    LookupTask lookup() {
        return new LookupTask(book, List.of());
    }

    <T extends Task> T accepted(T task) {
        book.accept(task, Optional.empty());
        return task;
    }

    /** @return ids of all stores that can be popped now */
    List<Long> pop() {
        Map<Long, TaskResult> popped = book.popStores();
        return new ArrayList<>(popped.keySet());
    }

    /** As an adapter's close does it. */
    void close() {
        closed = true;
        book.openTasks().forEach(Task::cancel);
    }

    private static final TimeSource STILL = new TimeSource() {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public long wallMicros() {
            return 0;
        }
    };

    private final class Forgetful implements TaskJournal {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public Recovery recovery() {
            return new Recovery(1, List.of(), Map.of(), 0);
        }

        @Override
        public long append(ByteBuffer record) {
            return 0;
        }

        @Override
        public void whenDurable(long position, DurabilityAction action) {
            whenDurable.accept(action);
        }

        @Override
        public void close() {}
    }
}
