package org.kvdock.journal.chronicle;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.base.Uninterrupted;

/**
 * The thread that looks after one journal: takes room ahead, rolls, makes another part where one broke, writes
 * checkpoints, removes what is not to be kept. Whatever fails is tried again, after growing pauses where the disk is
 * the cause; appends fail meanwhile only if there is no part to append to.
 */
final class Keeper {
    private static final System.Logger LOG = System.getLogger(Keeper.class.getName());
    private static final long PERIOD_NANOS = Duration.ofMillis(200).toNanos();
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long END_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long LAST_FOLD_NANOS = Duration.ofMillis(1000).toNanos();
    private static final int FOLD_RECORDS = 20_000;

    private final String adapter;
    private final PartChain chain;
    private final Checkpointer checkpointer;
    private final Retention retention;
    private final Thread thread;
    private volatile boolean stopping;

    // Only this thread touches these.
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long notBefore = System.nanoTime();
    private String complained = "";

    Keeper(String adapter, PartChain chain, Checkpointer checkpointer, Retention retention) {
        this.adapter = adapter;
        this.chain = chain;
        this.checkpointer = checkpointer;
        this.retention = retention;
        this.thread = new Thread(this::run, "kvdock-journal-" + adapter);
        thread.setDaemon(true);
        chain.onNeed(() -> LockSupport.unpark(thread));
        thread.start();
    }

    private void run() {
        while (!stopping) {
            boolean more = false;
            try {
                more = round();
            } catch (IOException | JournalUnavailableException e) {
                complain(e);
            } catch (RuntimeException | Error e) {
                say(System.Logger.Level.ERROR, "journal " + adapter, e);
            }
            if (!more && !stopping) {
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        }
        try {
            lastCheckpoint();
        } catch (IOException | RuntimeException | Error e) {
            complain(e);
        }
        checkpointer.close();
    }

    /** @return whether there is more to do at once */
    private boolean round() throws IOException {
        if (chain.isBroken()) {
            return mend();
        }
        chain.extendRoom();
        if (chain.isRollDue() && System.nanoTime() - notBefore >= 0) {
            attempt();
        }
        if (chain.openParts().size() > 1) {
            chain.retire();
        }
        boolean more = checkpointer.fold(FOLD_RECORDS);
        if (checkpointer.isDue()) {
            checkpointer.write();
            if (retention.isOn()) {
                retention.run(checkpointer.oldestNeeded());
            }
        }
        return more;
    }

    private boolean mend() throws IOException {
        complain(new IOException(chain.trouble()));
        if (System.nanoTime() - notBefore < 0) {
            return false;
        }
        attempt();
        say(System.Logger.Level.INFO, "journal " + adapter + ": takes records again", null);
        complained = "";
        return true;
    }

    private void attempt() throws IOException {
        try {
            chain.goOn();
            pauseNanos = FIRST_PAUSE_NANOS;
        } catch (IOException e) {
            notBefore = System.nanoTime() + pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            throw e;
        }
    }

    /** So that the next opening has nothing to read, if that is quickly done. */
    private void lastCheckpoint() throws IOException {
        long end = System.nanoTime() + LAST_FOLD_NANOS;
        while (checkpointer.fold(FOLD_RECORDS)) {
            if (System.nanoTime() - end > 0) {
                return;
            }
        }
        if (!chain.isBroken() && checkpointer.isWorthIt()) {
            checkpointer.write();
        }
    }

    // Once for each kind of trouble, not once for each try.
    private void complain(Throwable e) {
        String what = String.valueOf(e.getMessage());
        if (!what.equals(complained)) {
            complained = what;
            say(System.Logger.Level.WARNING, "journal " + adapter + ": " + what, null);
        }
    }

    // Logging may need a file descriptor of its own and throw an error where there is none: this thread goes on.
    private static void say(System.Logger.Level level, String text, Throwable thrown) {
        try {
            LOG.log(level, text, thrown);
        } catch (RuntimeException | Error e) {
            // What it is about is in the adapter's status.
        }
    }

    /** Writes a last checkpoint and ends. */
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        Uninterrupted.join(END_NANOS, thread);
    }
}
