package org.kvdock.l2.base;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.function.Consumer;

/**
 * The threads that run an adapter's moves. The queue takes no lock. It holds accepted tasks, whose number is bounded (R14),
 * and now and then some that ended before a worker came to them: where all workers are stuck these are swept out before
 * they outnumber the others. A worker survives whatever a move throws.
 */
final class WorkerPool {
    private final BlockingQueue<Task> queue = new LinkedTransferQueue<>();
    private final Thread[] threads;
    private final Consumer<Task> move;
    private final Consumer<Throwable> onThrow;
    private final int mostTasks;
    // The id of the task that brought the last sweep. Two sweeps at once do no harm.
    private volatile long sweptAt;
    private volatile boolean stopped;

    /**
     * @param mostTasks tasks that are open at the most
     * @param move runs one task; should throw nothing
     * @param onThrow told of what it throws all the same
     */
    WorkerPool(String name, int workers, int mostTasks, Consumer<Task> move, Consumer<Throwable> onThrow) {
        this.move = move;
        this.onThrow = onThrow;
        this.mostTasks = mostTasks;
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
        // So many came since, so the queue is no longer than what was open then, and these.
        if (task.id() - sweptAt >= mostTasks) {
            sweptAt = task.id();
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
        Threads.join(nanos, threads);
    }

    // It was meant for a move that has ended, unless stop has sent it.
    private void forgetInterrupt() {
        if (Thread.interrupted() && stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (!stopped) {
            try {
                Task task = queue.take();
                forgetInterrupt();
                move.accept(task);
            } catch (InterruptedException e) {
                // Either stopped says so, or it was meant for a move that has ended.
            } catch (Throwable e) {
                onThrow.accept(e);
            }
        }
    }
}
