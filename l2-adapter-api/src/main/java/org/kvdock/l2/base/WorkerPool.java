package org.kvdock.l2.base;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The threads that run an adapter's moves. The queue needs no bound of its own: it holds accepted tasks only, and those
 * are bounded (R14). A worker survives whatever a move throws.
 */
final class WorkerPool {
    private final BlockingQueue<Task> queue = new LinkedBlockingQueue<>();
    private final Thread[] threads;
    private final Consumer<Task> move;
    private volatile boolean stopped;

    /**
     * @param move runs one task and throws nothing
     */
    WorkerPool(String name, int workers, Consumer<Task> move) {
        this.move = move;
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
    }

    /** Workers end after the move they are in. */
    void stop() {
        stopped = true;
        for (Thread thread : threads) {
            thread.interrupt();
        }
    }

    private void work() {
        while (!stopped) {
            try {
                move.accept(queue.take());
            } catch (InterruptedException e) {
                // Either stopped says so, or it was meant for a move that has ended.
            }
        }
    }
}
