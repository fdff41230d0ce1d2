package org.kvdock.cli.demo;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Says how far it has come: a bar on a terminal, a plain line now and then without one. Safe for all threads. */
final class Progress implements AutoCloseable {
    private static final Duration PLAIN_EVERY = Duration.ofSeconds(5);
    private static final int BAR_COLUMNS = 79;

    private final PrintStream out;
    private final int requests;
    private final ProgressBar bar;
    // Guarded by this.
    private int read;
    private long nextPlainNanos = System.nanoTime() + PLAIN_EVERY.toNanos();

    /**
     * @param out where it says so
     * @param terminal whether that is a terminal
     * @param requests how many there are
     */
    Progress(PrintStream out, boolean terminal, int requests) {
        this.out = out;
        this.requests = requests;
        this.bar = !terminal
                ? null
                : new ProgressBarBuilder()
                        .setTaskName("requests")
                        .setInitialMax(requests)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .setConsumer(new ConsoleProgressBarConsumer(out, BAR_COLUMNS))
                        .build();
    }

    /** One more request is read. */
    void step() {
        if (bar != null) {
            bar.step();
            return;
        }
        synchronized (this) {
            read++;
            long now = System.nanoTime();
            if (now - nextPlainNanos >= 0) {
                nextPlainNanos = now + PLAIN_EVERY.toNanos();
                out.println(read + " of " + requests + " requests read");
            }
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
