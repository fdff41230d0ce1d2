package org.kvdock.l2.base;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.kvdock.l2.event.EventFd;

/**
 * Adds completions to one eventfd. Threads that complete at the same moment share one write: the first one writes for
 * all that came in the meantime, and goes on until nothing is pending. The counter stays exact (R5), and a thread
 * returns either after its count was written or while another thread is bound to write it.
 */
final class CompletionSignal {
    private final EventFd fd;
    private final LongConsumer write;
    private final AtomicInteger pending = new AtomicInteger();

    CompletionSignal(EventFd fd) {
        this(fd, fd::signal);
    }

    /** @param write adds a count to the eventfd */
    CompletionSignal(EventFd fd, LongConsumer write) {
        this.fd = fd;
        this.write = write;
    }

    EventFd fd() {
        return fd;
    }

    void add() {
        if (pending.getAndIncrement() != 0) {
            return;
        }
        Throwable broken = null;
        int written = 1;
        do {
            try {
                write.accept(written);
            } catch (RuntimeException | Error e) {
                // Others rely on this thread to write for them, and those that come later on finding nobody writing.
                broken = e;
            }
            written = pending.addAndGet(-written);
        } while (written != 0);
        if (broken instanceof Error error) {
            throw error;
        } else if (broken != null) {
            throw (RuntimeException) broken;
        }
    }
}
