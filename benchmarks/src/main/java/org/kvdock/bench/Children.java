package org.kvdock.bench;

import java.io.IOException;
import java.util.List;

/** The processes that benchmarks start; none outlives this one, whatever signal ends it. Safe for all threads. */
final class Children {
    // Guarded by the class, with the start of a process: none can begin unseen while the others are killed.
    private static boolean ended;

    private Children() {}

    /** @throws IOException if it cannot be started, or this process is ending */
    static synchronized Process start(ProcessBuilder child) throws IOException {
        if (ended) {
            throw new IOException("the benchmarks have been ended");
        }
        return child.start();
    }

    /** Kills all there are and waits for that; no more can be started. */
    static synchronized void end() {
        ended = true;
        List<ProcessHandle> all = ProcessHandle.current().descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(child -> child.onExit().join());
    }
}
