package org.kvdock.l2.tck;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventPoller;

/**
 * Fetches the results of tasks that other threads submit, on a thread of its own, and remembers what went wrong: a
 * result that comes twice, or for a task that nobody submitted. A permit is taken for each task in flight.
 */
final class Collector implements AutoCloseable {
    private static final Object WAITING = new Object();

    private final L2Adapter adapter;
    private final Semaphore permits;
    private final int allPermits;
    private final EventPoller poller = new EventPoller();
    private final Thread thread;
    // Ids of lookups and loads that were submitted and not fetched; stores come by themselves.
    private final Map<TaskKind, Set<Long>> waiting =
            Map.of(TaskKind.LOOKUP, ConcurrentHashMap.newKeySet(), TaskKind.LOAD, ConcurrentHashMap.newKeySet());
    private final ConcurrentMap<Long, Object> results = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Consumer<TaskResult> onResult;
    private final long[] signalled = new long[TaskKind.values().length];

    Collector(L2Adapter adapter, int mostInFlight, Consumer<TaskResult> onResult) {
        this.adapter = adapter;
        this.permits = new Semaphore(mostInFlight);
        this.allPermits = mostInFlight;
        this.onResult = onResult;
        for (TaskKind kind : TaskKind.values()) {
            poller.add(adapter.eventFd(kind), () -> {
                signalled[kind.ordinal()] += adapter.eventFd(kind).read();
                fetch(kind);
            });
        }
        this.thread = new Thread(this::run, "tck-collector-" + adapter.name());
        thread.setDaemon(true);
        thread.start();
    }

    /** Blocks until one more task may be in flight. */
    void permit() throws InterruptedException {
        if (!permits.tryAcquire(Caller.patience().toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(adapter.name() + ": no task completed for " + Caller.patience());
        }
    }

    /** The task was not accepted after all. */
    void giveBack() {
        permits.release();
    }

    /** Says that a task was accepted; its result may have come already. */
    void accepted(TaskKind kind, long id) {
        Object before = results.putIfAbsent(id, WAITING);
        if (kind != TaskKind.STORE) {
            waiting.get(kind).add(id);
            // It may have completed, and been signalled, before it was waited for.
            fetchOne(kind, id);
        } else if (before == WAITING) {
            wrong.add("id " + id + " was handed out twice");
        }
    }

    private void run() {
        try {
            while (poller.isOpen()) {
                poller.poll(null);
            }
        } catch (RuntimeException | Error e) {
            wrong.add("the collector ended: " + e);
        }
    }

    private void fetch(TaskKind kind) {
        if (kind == TaskKind.STORE) {
            adapter.popCompletedStoreTasks().values().forEach(this::got);
        } else {
            waiting.get(kind).forEach(id -> fetchOne(kind, id));
        }
    }

    private void fetchOne(TaskKind kind, long id) {
        (kind == TaskKind.LOOKUP ? adapter.queryLookupAndLockResult(id) : adapter.queryLoadResult(id)).ifPresent(result -> {
            waiting.get(kind).remove(id);
            got(result);
        });
    }

    private void got(TaskResult result) {
        Object before = results.put(result.taskId(), result);
        if (before instanceof TaskResult) {
            wrong.add(result.kind() + " task " + result.taskId() + " came twice");
        }
        onResult.accept(result);
        permits.release();
    }

    /** Blocks until every accepted task was fetched. */
    void awaitAll() throws InterruptedException {
        if (!permits.tryAcquire(allPermits, Caller.patience().toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(adapter.name() + ": tasks without a result: " + withoutResult());
        }
        permits.release(allPermits);
    }

    List<Long> withoutResult() {
        return results.entrySet().stream().filter(e -> e.getValue() == WAITING).map(Map.Entry::getKey).sorted().toList();
    }

    Set<Long> ids() {
        return results.keySet();
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** For after {@link #close}. */
    long signalled(TaskKind kind) {
        return signalled[kind.ordinal()];
    }

    @Override
    public void close() {
        poller.close();
        try {
            thread.join(Caller.patience().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (TaskKind kind : TaskKind.values()) {
            signalled[kind.ordinal()] += adapter.eventFd(kind).read();
        }
    }
}
