package org.kvdock.l2.base;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.journal.TimeSource;

/** What the adapter's clock ends: tasks past their deadline (R12) and leases (R9). Runs on the clock's thread only. */
final class Watch implements AdapterClock.Tick {
    private final TaskBook book;
    private final ObjectIndex<?> index;
    private final TimeSource time;
    private final Health health;
    private final Consumer<List<ObjectKey>> unlocked;
    private boolean leasesStuck;

    /** @param unlocked told of keys whose last lock ended; must throw nothing */
    Watch(TaskBook book, ObjectIndex<?> index, TimeSource time, Health health, Consumer<List<ObjectKey>> unlocked) {
        this.book = book;
        this.index = index;
        this.time = time;
        this.health = health;
        this.unlocked = unlocked;
    }

    @Override
    public boolean run() {
        long now = time.nanos();
        boolean any = false;
        for (Task task : book.openTasks()) {
            any = true;
            if (task.deadlineNanos() - now <= 0) {
                task.timeOut();
            }
        }
        // Asked after the tasks: a lookup takes its locks before it leaves them.
        if (index.hasLocks()) {
            any = true;
            endLeases();
        }
        return any;
    }

    private void endLeases() {
        List<ObjectKey> free = new ArrayList<>();
        try {
            index.endLeases(free);
            leasesStuck = false;
        } catch (RuntimeException | Error e) {
            // Tried again each tick; told once.
            if (!leasesStuck) {
                health.failed(e, true);
            }
            leasesStuck = true;
        }
        if (!free.isEmpty()) {
            unlocked.accept(free);
        }
    }

    @Override
    public void threw(Throwable thrown) {
        health.failed(thrown, false);
    }
}
