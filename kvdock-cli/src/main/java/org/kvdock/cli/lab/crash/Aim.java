package org.kvdock.cli.lab.crash;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for the moment at which a small process is to be killed. */
final class Aim {
    private static final Duration START = Duration.ofSeconds(60);
    // Where a place is not come to, or so many tasks are not taken, in this time, the process is killed wherever it is.
    private static final Duration PLACE = Duration.ofSeconds(3);
    private static final Duration LOAD = Duration.ofSeconds(5);
    private static final long SPIN_NANOS = 200_000;

    private final SmallChild child;
    private final KillPlan plan;
    private final JournalCheck check;

    Aim(SmallChild child, KillPlan plan, JournalCheck check) {
        this.child = child;
        this.plan = plan;
        this.check = check;
    }

    /** @return whether it got to where the plan's kill is to hit, or near it */
    boolean await() throws IOException, InterruptedException {
        return switch (plan.point()) {
            case OPENING -> opening() && pause(plan.delayMicros());
            case RECOVERY -> child.await(life -> life.ready != null || !life.here.isEmpty(), START)
                    && pause(plan.lateMicros());
            case ROLL_OVER, CHECKPOINT, RETENTION -> ready() && place() && pause(plan.lateMicros());
            case QUIET -> ready() && load() && quiet();
            case CLOSING -> ready() && load() && closing();
            default -> ready() && load() && read();
        };
    }

    private boolean opening() throws InterruptedException {
        return child.await(life -> life.opening, START);
    }

    private boolean ready() throws InterruptedException {
        return child.await(life -> life.ready != null, START);
    }

    private boolean load() throws InterruptedException {
        child.await(life -> life.accepted.size() >= plan.tasks(), LOAD);
        return pause(plan.delayMicros());
    }

    private boolean read() throws IOException {
        if (plan.readsLive()) {
            check.readLive();
        }
        return true;
    }

    private boolean place() throws InterruptedException {
        child.await(life -> !life.here.isEmpty(), PLACE);
        return true;
    }

    private boolean quiet() throws InterruptedException {
        child.send("quiet");
        return child.await(life -> life.quiet != null, START);
    }

    private boolean closing() throws InterruptedException {
        child.send("close");
        return plan.toTheEnd()
                ? child.await(life -> life.closed, START)
                : child.await(life -> life.closing, START) && pause(plan.lateMicros());
    }

    /** Waits exactly so long; a thread that sleeps to the end comes late. */
    static boolean pause(long micros) {
        long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
        return true;
    }
}
