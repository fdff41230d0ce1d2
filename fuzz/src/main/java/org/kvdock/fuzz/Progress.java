package org.kvdock.fuzz;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says which target is at work, and on a terminal how many seconds are left. For one target at a time. */
final class Progress {
    private static final long EVERY_SECONDS = 1;

    private final PrintStream out;
    private final boolean terminal;
    private ScheduledExecutorService clock;

    /**
     * @param out where it says so
     * @param terminal whether that is a terminal
     */
    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** A target begins: its name, which of how many it is, and for how long. */
    void begin(String target, int number, int of, int seconds) {
        out.printf("%s: target %d of %d, %,d s%n", target, number, of, seconds);
        if (!terminal) {
            return;
        }
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        clock = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread thread = new Thread(run, "kvdock-clock");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleAtFixedRate(() -> say(target, endNanos), 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void say(String target, long endNanos) {
        long left = TimeUnit.NANOSECONDS.toSeconds(endNanos - System.nanoTime());
        // Starting and ending a process takes some seconds more.
        out.printf("\r%-60s", target + (left > 0 ? ": " + left + " s left" : ": ending"));
        out.flush();
    }

    /** The target that began last has ended; nothing more is said of it. */
    void end() throws InterruptedException {
        if (clock != null) {
            clock.shutdownNow();
            clock.awaitTermination(EVERY_SECONDS, TimeUnit.SECONDS);
            clock = null;
            out.printf("\r%60s\r", "");
            out.flush();
        }
    }
}
