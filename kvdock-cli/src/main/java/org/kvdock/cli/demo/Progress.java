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
    private final boolean terminal;
    private final int requests;
    // Guarded by this.
    private ProgressBar bar;
    private int read;
    private long nextPlainNanos;

    /**
     * @param out where it says so
     * @param terminal whether that is a terminal
     * @param requests how many there are
     */
    Progress(PrintStream out, boolean terminal, int requests) {
        this.out = out;
        this.terminal = terminal;
        this.requests = requests;
    }

    /** The clock starts now. */
    synchronized void begin() {
        nextPlainNanos = System.nanoTime() + PLAIN_EVERY.toNanos();
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setTaskName("requests")
                    .setInitialMax(requests)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(out, BAR_COLUMNS))
                    .build();
        }
    }

    /** One more request is read. */
    synchronized void step() {
        read++;
        if (bar != null) {
            bar.step();
        } else if (!terminal && System.nanoTime() - nextPlainNanos >= 0) {
            nextPlainNanos += PLAIN_EVERY.toNanos();
            out.println(read + " of " + requests + " requests read");
        }
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
