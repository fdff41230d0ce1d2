package org.kvdock.l2.base;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The threads that run an adapter's moves. The queue holds accepted tasks, whose number is bounded (R14), and now and
 * then some that ended before a worker came to them: where all workers are stuck these are swept out before they
 * outnumber the others. A worker survives whatever a move throws.
 */
final class WorkerPool {
    // Its locks are held for a link at a time. A queue without locks (LinkedTransferQueue) was measured: no more tasks a
    // second, and 3 us more in each round trip.
    private final BlockingQueue<Task> queue = new LinkedBlockingQueue<>();
    private final Thread[] threads;
    private final Consumer<Task> move;
    private final Consumer<Throwable> onThrow;
    private final int sweepAt;
    private volatile boolean stopped;

    /**
     * @param mostTasks tasks that are open at the most
     * @param move runs one task; should throw nothing
     * @param onThrow told of what it throws all the same
     */
    WorkerPool(String name, int workers, int mostTasks, Consumer<Task> move, Consumer<Throwable> onThrow) {
        this.move = move;
        this.onThrow = onThrow;
        this.sweepAt = 2 * mostTasks;
        this.threads = new Thread[workers];
        for (int i = 0; i < workers; i++) {
            threads[i] = new Thread(this::work, "kvdock-" + name + "-worker-" + i);
            threads[i].setDaemon(true);
        }
    }

    void start() {
        for (Thread thread : threads) {
            thread.start();
        }
    }

    void add(Task task) {
        queue.add(task);
        if (queue.size() > sweepAt) {
            queue.removeIf(Task::isDecided);
        }
    }

    /** @return tasks that wait for a worker, and tasks that ended while they did */
    int queued() {
        return queue.size();
    }

    /**
     * Workers end after the move they are in.
     *
     * @param nanos how long to wait for them at the most; not for the calling thread, if it is one of them
     */
    void stop(long nanos) {
        stopped = true;
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
        Uninterrupted.join(nanos, threads);
    }

    private void work() {
        while (!stopped) {
            try {
                move.accept(queue.take());
            } catch (InterruptedException e) {
                // Either stopped says so, or it was meant for a move that has ended.
            } catch (Throwable e) {
                onThrow.accept(e);
            }
        }
    }
}
