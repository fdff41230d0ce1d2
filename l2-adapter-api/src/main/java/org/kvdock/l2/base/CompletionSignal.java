package org.kvdock.l2.base;

import java.util.concurrent.atomic.AtomicInteger;
import org.kvdock.l2.event.EventFd;

/**
 * Adds completions to one eventfd. Threads that complete at the same moment share one write: the first one writes for
 * all that came in the meantime, and goes on until nothing is pending. The counter stays exact (R5), and a thread
 * returns either after its count was written or while another thread is bound to write it.
 */
final class CompletionSignal {
    private final EventFd fd;
    private final AtomicInteger pending = new AtomicInteger();

    CompletionSignal(EventFd fd) {
        this.fd = fd;
    }

    EventFd fd() {
        return fd;
    }

    void add() {
        if (pending.getAndIncrement() == 0) {
            int written = 1;
            do {
                fd.signal(written);
                written = pending.addAndGet(-written);
            } while (written != 0);
        }
    }
}
