package org.kvdock.l2.pd.receiver;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.kvdock.l2.journal.TimeSource;

/** A side thread without a thread: jobs run when the test says so, and its clock is turned by hand. For one thread. */
final class HandThread implements SideThread, TimeSource {
    private record Job(long atNanos, int number, Runnable job) {}

    private final PriorityQueue<Job> jobs = new PriorityQueue<>(Comparator.comparingLong(Job::atNanos).thenComparingInt(Job::number));
    private long nanos = 1_000;
    private int numbers;
    private boolean closed;

    @Override
    public void execute(Runnable job) {
        after(0, job);
    }

    @Override
    public void after(long wait, Runnable job) {
        jobs.add(new Job(nanos + wait, numbers++, job));
    }

    @Override
    public boolean close(Runnable last) {
        closed = true;
        last.run();
        return true;
    }

    /** Turns the clock, and runs what is due by then. */
    void turn(long millis) {
        long end = nanos + millis * 1_000_000;
        while (!closed && !jobs.isEmpty() && jobs.peek().atNanos() <= end) {
            nanos = Math.max(nanos, jobs.peek().atNanos());
            jobs.poll().job().run();
        }
        nanos = end;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMicros() {
        return nanos / 1_000;
    }
}
