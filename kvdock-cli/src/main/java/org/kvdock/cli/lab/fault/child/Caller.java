package org.kvdock.cli.lab.fault.child;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.kvdock.cli.component.Event;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventPoller;

/**
 * Submits, waits on the eventfds, fetches when one is readable and never otherwise, and keeps its own account of it: a
 * signal that is missing or one too many, and a result that comes twice or to nobody, are all seen in the totals.
 * Guarded by its monitor; a thread of its own waits on the eventfds.
 */
final class Caller implements AutoCloseable {
    private static final Duration TURN = Duration.ofMillis(200);
    private static final long END_MILLIS = 2000;

    /** A task that was accepted. */
    static final class Accepted {
        private final long id;
        private final TaskKind kind;
        private final long beginNanos;
        private final Buffers buffers;
        private final CompletableFuture<TaskResult> done = new CompletableFuture<>();

        private Accepted(long id, TaskKind kind, long beginNanos, Buffers buffers) {
            this.id = id;
            this.kind = kind;
            this.beginNanos = beginNanos;
            this.buffers = buffers;
        }

        long id() {
            return id;
        }

        /** Runs once the task has completed: at once if it has, else on the thread that fetches its result. */
        void afterwards(Runnable action) {
            done.whenComplete((result, failure) -> action.run());
        }

        TaskResult result(Duration within) throws ExecutionException, TimeoutException, InterruptedException {
            return done.get(within.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private final L2Adapter adapter;
    private final Consumer<String> out;
    private final EventPoller poller = new EventPoller();
    private final Thread waiting = new Thread(this::run, "kvdock-caller");
    private final Map<Long, Accepted> open = new HashMap<>();
    private long accepted;
    private long completed;
    private long strange;
    private long signalled;
    private volatile boolean stopped;

    Caller(L2Adapter adapter, Consumer<String> out) {
        this.adapter = adapter;
        this.out = out;
        for (TaskKind kind : TaskKind.values()) {
            poller.add(adapter.eventFd(kind), () -> signalled(adapter.eventFd(kind).read()));
        }
        waiting.setDaemon(true);
        waiting.start();
    }

    /**
     * @param buffers what the task reads or writes; given back after its completion
     * @param call submits
     */
    synchronized Accepted submit(TaskKind kind, Buffers buffers, ToLongFunction<List<KvBuffer>> call) {
        long begin = System.nanoTime();
        Accepted task;
        try {
            task = new Accepted(call.applyAsLong(buffers.list()), kind, begin, buffers);
        } catch (RuntimeException e) {
            buffers.close();
            throw e;
        }
        accepted++;
        strange += open.put(task.id, task) == null ? 0 : 1;
        out.accept(new Event("accepted").with("id", task.id).with("kind", kind.name()).line());
        return task;
    }

    private synchronized void signalled(long count) {
        signalled += count;
    }

    private void run() {
        while (!stopped) {
            if (poller.poll(TURN) > 0) {
                fetch();
            }
        }
    }

    private synchronized void fetch() {
        adapter.popCompletedStoreTasks().values().forEach(this::completed);
        for (Accepted task : List.copyOf(open.values())) {
            switch (task.kind) {
                case LOOKUP -> adapter.queryLookupAndLockResult(task.id).ifPresent(this::completed);
                case LOAD -> adapter.queryLoadResult(task.id).ifPresent(this::completed);
                case STORE -> { }
            }
        }
    }

    private void completed(TaskResult result) {
        Accepted task = open.remove(result.taskId());
        completed++;
        if (task == null || task.kind != result.kind() || task.buffers.list().size() > result.bitmap().length()) {
            strange++;
            return;
        }
        out.accept(new Event("completed")
                .with("id", result.taskId())
                .with("kind", result.kind().name())
                .with("outcome", result.outcome().name())
                .with("error", result.error().name())
                .with("text", result.errorText())
                .with("bits", result.bitmap().toString())
                .with("moved", result.moved().toString())
                .with("unconfirmed", result.unconfirmed().toString())
                .with("millis", (System.nanoTime() - task.beginNanos) / 1_000_000)
                .line());
        task.buffers.close();
        task.done.complete(result);
    }

    /** Tells the account so far. */
    synchronized void totals(Event answer) {
        answer.with("accepted", accepted).with("completed", completed).with("strange", strange).with("signalled", signalled);
    }

    /** After the adapter's end: fetches what came with it. */
    @Override
    public void close() {
        stopped = true;
        poller.wakeup();
        try {
            waiting.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fetch();
        poller.close();
    }
}
