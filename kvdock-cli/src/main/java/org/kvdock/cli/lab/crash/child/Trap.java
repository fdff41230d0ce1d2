package org.kvdock.cli.lab.crash.child;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.kvdock.l2.journal.TimeSource;

/**
 * The journal's clock, which stops whoever asks for the time for the n-th time in a certain situation: says so in the
 * diary, and either lets it go on or holds it for ever. So a process can be killed where it just was, however short
 * that place is: opening asks for the time before each record, and the journal's own thread before whatever it does to
 * files. Safe for all threads.
 */
final class Trap implements TimeSource {
    /** Whose questions are counted. */
    enum Whose {
        /** Nobody's. */
        NONE,
        /** Those of the opening thread. */
        OPENING,
        /** Those of the journal's own thread, once it is open. */
        KEEPER
    }

    private static final String KEEPER_THREAD = "kvdock-journal-";
    private static final String JOURNAL_CLASSES = "org.kvdock.journal.";

    private final Diary diary;
    private final Whose whose;
    private final String place;
    private final boolean holds;
    private final AtomicInteger left;
    private volatile boolean opening = true;

    /**
     * @param diary is told
     * @param whose questions count
     * @param place only questions from this place of the journal count, {@code Class.method}; empty for all
     * @param nth which one is caught, from 1
     * @param holds whether it is held for ever
     */
    Trap(Diary diary, Whose whose, String place, int nth, boolean holds) {
        this.diary = diary;
        this.whose = whose;
        this.place = place;
        this.holds = holds;
        this.left = new AtomicInteger(nth);
    }

    /** The journal is open. */
    void opened() {
        opening = false;
    }

    @Override
    public long nanos() {
        return SYSTEM.nanos();
    }

    @Override
    public long wallMicros() {
        if (counts() && left.decrementAndGet() == 0) {
            diary.here(where());
            while (holds) {
                LockSupport.park(this);
            }
        }
        return SYSTEM.wallMicros();
    }

    private boolean counts() {
        boolean keeper = Thread.currentThread().getName().startsWith(KEEPER_THREAD);
        boolean counts = switch (whose) {
            case NONE -> false;
            case OPENING -> opening && !keeper;
            case KEEPER -> !opening && keeper;
        };
        return counts && (place.isEmpty() || where().equals(place));
    }

    // The innermost place of the journal.
    private static String where() {
        return StackWalker.getInstance().walk(frames -> frames
                .filter(frame -> frame.getClassName().startsWith(JOURNAL_CLASSES))
                .map(frame -> frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1)
                        + "." + frame.getMethodName())
                .findFirst()
                .orElse("elsewhere"));
    }
}
