package org.kvdock.l2.pd.security;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.kvdock.l2.tck.Caller;

/** Listens to what this package logs. */
public final class Warnings extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("org.kvdock.l2.pd.security");
    private final List<String> lines = new ArrayList<>();

    public Warnings() {
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    @Override
    public synchronized void publish(LogRecord entry) {
        lines.add(entry.getMessage());
        notifyAll();
    }

    /** @return the lines so far that hold all of these texts */
    public synchronized List<String> lines(String... parts) {
        Predicate<String> all = line -> List.of(parts).stream().allMatch(line::contains);
        return lines.stream().filter(all).toList();
    }

    /** Waits for the first line that holds all of these texts. */
    public synchronized String await(String... parts) throws InterruptedException {
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (lines(parts).isEmpty()) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new AssertionError("nothing was logged with " + List.of(parts) + ", only " + lines);
            }
            wait(left);
        }
        return lines(parts).get(0);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
