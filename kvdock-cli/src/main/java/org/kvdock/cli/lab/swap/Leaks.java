package org.kvdock.cli.lab.swap;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What this process holds that swaps could make grow. For one thread. */
final class Leaks {
    /** Threads keep small buffers of their own. */
    static final long MAX_DIRECT_GROWTH = 4 << 20;

    private static final Duration SETTLE_WITHIN = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** Class loaders of bundle revisions that have gone. */
    private final List<WeakReference<ClassLoader>> gone = new ArrayList<>();

    /**
     * @param fds open file descriptors
     * @param threads live threads
     * @param classLoaders class loaders of revisions that have gone and that something still refers to
     * @param directBytes off-heap memory in the JVM's books
     * @param nativeBytes memory of the process that is no file's, in the system's books; all of the heap is in it
     */
    record Held(long fds, long threads, long classLoaders, long directBytes, long nativeBytes) {
        /** Fewer than before does not make up for anything. */
        Held growthSince(Held before) {
            return new Held(
                    Math.max(0, fds - before.fds),
                    Math.max(0, threads - before.threads),
                    Math.max(0, classLoaders - before.classLoaders),
                    Math.max(0, directBytes - before.directBytes),
                    Math.max(0, nativeBytes - before.nativeBytes));
        }

        boolean isGrowth() {
            return fds > 0 || threads > 0 || classLoaders > 0 || directBytes > MAX_DIRECT_GROWTH;
        }
    }

    /** A revision's class loader that nothing should refer to when the swap is over. */
    void watch(ClassLoader leaving) {
        gone.add(new WeakReference<>(leaving));
    }

    Held measure() throws IOException {
        System.gc();
        gone.removeIf(reference -> reference.get() == null);
        long fds;
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            // One of them is the list's own.
            fds = open.count() - 1;
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new Held(
                fds, ManagementFactory.getThreadMXBean().getThreadCount(), gone.size(), direct, nativeBytes());
    }

    /** Measures until nothing has grown, or it is clear that it has: threads and cleaners take a moment to end. */
    Held measureSettled(Held before) throws IOException, InterruptedException {
        long end = System.nanoTime() + SETTLE_WITHIN.toNanos();
        Held now = measure();
        while (now.growthSince(before).isGrowth() && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
            now = measure();
        }
        return now;
    }

    private static long nativeBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }
}
