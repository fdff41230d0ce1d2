package org.kvdock.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that threads of this process have allocated on the heap, as the JVM counts them; exact, and costs none. */
final class Allocated {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocated() {}

    /** @return bytes allocated by the calling thread so far */
    static long byThisThread() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** @return bytes allocated so far by all threads that live now */
    static long byAll() {
        long bytes = 0;
        for (long each : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            bytes += Math.max(0, each);
        }
        return bytes;
    }
}
