package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventPoller;

/**
 * A caller as the contract describes it: submits, waits on the eventfds, reads them, fetches until nothing is left. It
 * counts what it reads from the eventfds. Every wait is bounded by {@link #patience}. For one thread, and the only
 * reader of its adapter's eventfds and results.
 */
public final class Caller implements AutoCloseable {
    private final L2Adapter adapter;
    private final EventPoller poller = new EventPoller();
    private final Map<TaskKind, Long> signalled = new EnumMap<>(TaskKind.class);
    private final Map<Long, TaskResult> popped = new HashMap<>();

    /** @return how long a wait may take before the test fails; {@code -Dkvdock.tck.patience.seconds} for slow machines */
    public static Duration patience() {
        return Duration.ofSeconds(Integer.getInteger("kvdock.tck.patience.seconds", 30));
    }

    /**
     * Makes a call that might block for too long, on a thread of its own.
     *
     * @param what for the message: the call
     * @return what the call returned
     * @throws AssertionError if it does not return in time, or throws
     */
    public static <T> T within(String what, Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        }, "tck-" + what);
        thread.setDaemon(true);
        thread.start();
        try {
            return result.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(what + " has not returned after " + patience().toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new AssertionError(what + " threw " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }

    /** @param adapter whose results only this caller fetches */
    public Caller(L2Adapter adapter) {
        this.adapter = adapter;
        for (TaskKind kind : TaskKind.values()) {
            signalled.put(kind, 0L);
            poller.add(adapter.eventFd(kind), () -> signalled.merge(kind, adapter.eventFd(kind).read(), Long::sum));
        }
    }

    /** @return the adapter that this caller calls */
    public L2Adapter adapter() {
        return adapter;
    }

    /** Stores and waits. */
    public TaskResult store(List<ObjectKey> keys, List<KvBuffer> objects) {
        return await(TaskKind.STORE, adapter.submitStoreTask(keys, objects));
    }

    /** Looks up, which locks what is found, and waits. */
    public TaskResult lookup(List<ObjectKey> keys) {
        return await(TaskKind.LOOKUP, adapter.submitLookupAndLockTask(keys));
    }

    /** Loads and waits. */
    public TaskResult load(List<ObjectKey> keys, List<KvBuffer> objects) {
        return await(TaskKind.LOAD, adapter.submitLoadTask(keys, objects));
    }

    /**
     * Waits for a task and fetches its result.
     *
     * @throws AssertionError if it does not complete in time
     */
    public TaskResult await(TaskKind kind, long id) {
        TaskResult[] result = new TaskResult[1];
        awaitUntil(kind + " task " + id + " of " + adapter.name() + " to complete", () -> {
            fetch(kind, id).ifPresent(found -> result[0] = found);
            return result[0] != null;
        });
        return result[0];
    }

    /** Fetches without waiting; stores that others in this caller wait for are kept for them. */
    public Optional<TaskResult> fetch(TaskKind kind, long id) {
        return switch (kind) {
            case LOOKUP -> adapter.queryLookupAndLockResult(id);
            case LOAD -> adapter.queryLoadResult(id);
            case STORE -> {
                popped.putAll(adapter.popCompletedStoreTasks());
                yield Optional.ofNullable(popped.remove(id));
            }
        };
    }

    /**
     * Waits on the eventfds until a condition holds, which is looked at after each signal.
     *
     * @param what for the message: what is waited for
     * @throws AssertionError if it does not hold in time
     */
    public void awaitUntil(String what, BooleanSupplier condition) {
        Duration patience = patience();
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative()) {
                throw new AssertionError("waited " + patience.toSeconds() + " s in vain for " + what);
            }
            poller.poll(left);
        }
    }

    /**
     * Waits until the kind's eventfd has told of so many completions. A result can be fetched a moment before its signal
     * is written, so whoever has it need not have been told.
     *
     * @throws AssertionError if they are not told in time, or more are
     */
    public void awaitSignals(TaskKind kind, long count) {
        awaitUntil(adapter.eventFd(kind) + " of " + kind + " to tell of " + count, () -> signalled(kind) >= count);
        assertEquals(count, signalled(kind), kind + " completions told by the eventfd");
    }

    /** @return sum of all values read from the kind's eventfd; reads once more first */
    public long signalled(TaskKind kind) {
        poller.poll(Duration.ZERO);
        return signalled.get(kind);
    }

    /** Lets go of the eventfds; the adapter stays open. */
    @Override
    public void close() {
        poller.close();
    }
}
