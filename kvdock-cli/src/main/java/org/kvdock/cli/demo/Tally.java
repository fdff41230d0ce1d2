package org.kvdock.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;
import org.kvdock.cli.launch.HostEvent;

/**
 * Adds up what all hosts report, and joins what they say of the same request. All read the machine's one monotonic
 * clock, so a time from one may be taken from a time of the other.
 *
 * <p>Safe for all threads; all fields are guarded by this. Listeners are called without the lock.
 */
final class Tally {
    private static final int MAX_ERRORS = 20;
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(24);

    /** Sums over requests. */
    static final class Sums {
        long prefixHits;
        long transferred;
        long deduplicated;
        long resent;
        long unstored;
        long bytes;
        long loaded;
        long verified;
        long wrong;
    }

    private final int requests;
    private final long[] writtenNanos;
    private final long[] readableNanos;
    private final boolean[] stored;
    private final boolean[] read;
    private final IntConsumer onRead;
    private final Sums sums = new Sums();
    private final Histogram handoffs = new Histogram(LONGEST_MICROS, 3);
    private final List<String> errors = new ArrayList<>();
    private int storedRequests;
    private int readRequests;
    private long errorCount;
    private String broken = "";
    private long lastChangeNanos = System.nanoTime();

    /**
     * @param requests how many there are
     * @param onRead called with each request's line when it is read, or known never to be
     */
    Tally(int requests, IntConsumer onRead) {
        this.requests = requests;
        this.onRead = onRead;
        this.writtenNanos = new long[requests + 1];
        this.readableNanos = new long[requests + 1];
        this.stored = new boolean[requests + 1];
        this.read = new boolean[requests + 1];
    }

    /** @param event of kind {@code stored} */
    void stored(HostEvent event) {
        int line = line(event);
        boolean hopeless = !event.text("error").isEmpty();
        synchronized (this) {
            if (stored[line]) {
                error("request " + line + " was stored twice");
                return;
            }
            stored[line] = true;
            storedRequests++;
            sums.prefixHits += event.number("prefix_hits");
            sums.transferred += event.number("transferred");
            sums.deduplicated += event.number("deduplicated");
            sums.resent += event.number("resent");
            sums.unstored += event.number("unstored");
            sums.bytes += event.number("bytes");
            writtenNanos[line] = event.number("written_nanos");
            join(line);
            if (hopeless) {
                error("request " + line + ": " + event.text("error"));
            }
            changed();
        }
        if (hopeless) {
            // Decode may never be told of it, and prefill must not wait for that.
            done(line);
        }
    }

    /** @param event of kind {@code read} */
    void read(HostEvent event) {
        int line = line(event);
        synchronized (this) {
            sums.loaded += event.number("loaded");
            sums.verified += event.number("verified");
            sums.wrong += event.number("wrong");
            readableNanos[line] = event.number("readable_nanos");
            join(line);
            if (!event.text("error").isEmpty()) {
                error("request " + line + ": " + event.text("error"));
            }
        }
        done(line);
    }

    /**
     * A request will never be read.
     *
     * @param line its number
     * @param why why not
     */
    void unread(int line, String why) {
        synchronized (this) {
            error("request " + line + ": " + why);
        }
        done(line);
    }

    private void done(int line) {
        synchronized (this) {
            if (read[line]) {
                return;
            }
            read[line] = true;
            readRequests++;
            changed();
        }
        onRead.accept(line);
    }

    // The two events of a request come in any order.
    private void join(int line) {
        if (writtenNanos[line] != 0 && readableNanos[line] != 0) {
            long micros = TimeUnit.NANOSECONDS.toMicros(readableNanos[line] - writtenNanos[line]);
            handoffs.recordValue(Math.max(0, Math.min(LONGEST_MICROS, micros)));
        }
    }

    /** Ends the wait: there is nothing more to come. */
    synchronized void broken(String why) {
        if (broken.isEmpty()) {
            broken = why;
        }
        changed();
    }

    private void error(String text) {
        errorCount++;
        if (errors.size() < MAX_ERRORS) {
            errors.add(text);
        }
    }

    private void changed() {
        lastChangeNanos = System.nanoTime();
        notifyAll();
    }

    /**
     * Waits until every request is stored and read, something broke, or nothing has happened for too long.
     *
     * @param stall how long is too long
     * @return why it did not go to the end; empty if it did
     */
    synchronized String awaitEnd(Duration stall) throws InterruptedException {
        while (broken.isEmpty() && (storedRequests < requests || readRequests < requests)) {
            long left = stall.toNanos() - (System.nanoTime() - lastChangeNanos);
            if (left <= 0) {
                return "nothing has happened for " + stall.toSeconds() + " s: " + storedRequests + " of " + requests
                        + " requests are stored, " + readRequests + " read";
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return broken;
    }

    private int line(HostEvent event) {
        long line = event.number("request");
        if (line < 1 || line > requests) {
            throw new IllegalStateException("a host speaks of request " + line + " of " + requests);
        }
        return (int) line;
    }

    /** The following are for when all has ended. */
    synchronized Sums sums() {
        return sums;
    }

    synchronized Histogram handoffs() {
        return handoffs;
    }

    synchronized List<String> errors() {
        return List.copyOf(errors);
    }

    synchronized long errorCount() {
        return errorCount;
    }

    synchronized int requestsRead() {
        return readRequests;
    }
}
