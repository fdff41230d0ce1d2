package org.kvdock.cli.lab.crash;

import java.io.PrintStream;
import java.time.Duration;

/** Says how far a campaign has come: plain lines, now and then or for each kill. All methods are synchronized. */
final class CrashProgress implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final PrintStream out;
    private final int kills;
    private final boolean each;
    private int done;
    private long nextNanos = System.nanoTime() + EVERY.toNanos();
    private boolean closed;

    /** @param each whether each kill gets a line */
    CrashProgress(PrintStream out, int kills, boolean each) {
        this.out = out;
        this.kills = kills;
        this.each = each;
    }

    synchronized void step(KillPlan plan, Death death) {
        done++;
        if (closed) {
            return;
        }
        if (each) {
            out.printf("kill %d: %s; hit: %s; %,d tasks accepted, %,d results told, %,d left open%n", plan.number(),
                    plan.text(), death.place(), death.accepted(), death.told(), death.open());
        } else if (System.nanoTime() - nextNanos >= 0) {
            nextNanos = System.nanoTime() + EVERY.toNanos();
            out.println(done + " of " + kills + " kills");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
