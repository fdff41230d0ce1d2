package org.kvdock.cli.lab.crash.child;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventPoller;

/**
 * Calls an adapter from several threads at once and says in the diary what each call is and what came of it. One more
 * thread waits for the eventfds and fetches results, as a controller does; the callers fetch too, now and then, so that
 * fetches race. What is shared between the threads is concurrent or atomic.
 */
final class Load {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long END_MILLIS = 10_000;

    /** A task whose result is still to be fetched. */
    record Pending(long id, List<Integer> keys) {}

    private final L2Adapter adapter;
    private final Diary diary;
    private final LoadSettings settings;
    private final Queue<Pending> lookups = new ConcurrentLinkedQueue<>();
    private final Queue<Pending> loads = new ConcurrentLinkedQueue<>();
    // Keys of one lookup's hits, each with a lock that nobody gives back yet.
    private final Queue<List<Integer>> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfetchedStores = new AtomicInteger();
    private final List<Thread> callers = new ArrayList<>();
    private final EventPoller poller = new EventPoller();
    private final Thread fetcher;
    private volatile boolean calling = true;
    private volatile boolean fetching = true;

    Load(L2Adapter adapter, Diary diary, LoadSettings settings) {
        this.adapter = adapter;
        this.diary = diary;
        this.settings = settings;
        for (int t = 1; t <= settings.threads(); t++) {
            callers.add(daemon(new Caller(this, adapter, diary, settings, t), "lab-caller-" + t));
        }
        this.fetcher = daemon(this::fetchAll, "lab-fetcher");
    }

    private static Thread daemon(Runnable what, String name) {
        Thread thread = new Thread(what, name);
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        poller.add(adapter.eventFd(TaskKind.STORE), () -> {
            adapter.eventFd(TaskKind.STORE).read();
            pop(0);
        });
        for (TaskKind kind : List.of(TaskKind.LOOKUP, TaskKind.LOAD)) {
            poller.add(adapter.eventFd(kind), () -> {
                adapter.eventFd(kind).read();
                fetch(0, kind);
            });
        }
        fetcher.start();
        callers.forEach(Thread::start);
    }

    private void fetchAll() {
        while (fetching) {
            poller.poll(POLL);
        }
    }

    /** Waits until every caller has made all its calls. */
    void awaitCalls() throws InterruptedException {
        for (Thread caller : callers) {
            caller.join();
        }
    }

    /**
     * Ends the calls, and fetches until no result is left to come.
     *
     * @param most how long it waits for the last results
     */
    void calm(Duration most) throws InterruptedException {
        calling = false;
        for (Thread caller : callers) {
            caller.join(END_MILLIS);
        }
        long end = System.nanoTime() + most.toNanos();
        while ((unfetchedStores.get() > 0 || !lookups.isEmpty() || !loads.isEmpty()) && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        fetching = false;
        poller.wakeup();
        fetcher.join(END_MILLIS);
    }

    boolean isCalling() {
        return calling;
    }

    void storing() {
        unfetchedStores.incrementAndGet();
    }

    void lookedUp(Pending task) {
        lookups.add(task);
    }

    void loading(Pending task) {
        loads.add(task);
    }

    /** @return keys with a lock each, which are the caller's now to give back; null if there are none */
    List<Integer> takeHeld() {
        return held.poll();
    }

    void pop(int thread) {
        diary.popping(thread);
        // Before the books: what was popped must be counted off only once it is told.
        List<TaskResult> results = List.copyOf(adapter.popCompletedStoreTasks().values());
        diary.got(thread, results);
        diary.over(thread);
        unfetchedStores.addAndGet(-results.size());
    }

    /** Asks for each lookup or load once. */
    void fetch(int thread, TaskKind kind) {
        Queue<Pending> tasks = kind == TaskKind.LOOKUP ? lookups : loads;
        diary.fetching(thread, kind);
        for (int left = tasks.size(); left > 0; left--) {
            Pending task = tasks.poll();
            if (task == null) {
                break;
            }
            Optional<TaskResult> result = query(kind, task.id());
            if (result.isEmpty()) {
                tasks.add(task);
            } else {
                got(thread, task, result.get());
            }
        }
        diary.over(thread);
    }

    private Optional<TaskResult> query(TaskKind kind, long id) {
        return kind == TaskKind.LOOKUP ? adapter.queryLookupAndLockResult(id) : adapter.queryLoadResult(id);
    }

    private void got(int thread, Pending task, TaskResult result) {
        diary.got(thread, List.of(result));
        if (result.kind() == TaskKind.LOOKUP && !result.bitmap().isEmpty()) {
            held.add(result.bitmap().gather(task.keys()));
        }
        // Nothing is handed out twice (R6); if it is, the diary says so.
        diary.got(thread, query(result.kind(), result.taskId()).map(List::of).orElse(List.of()));
    }
}
