package org.kvdock.l2.pd.security;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.kvdock.l2.OneLine;
import org.kvdock.l2.pd.wire.Limits;

/**
 * Says who was turned away. One line for each address, port and kind of reason, and not again within a minute, so that
 * nobody can fill a disk by knocking; what was left out is counted. Safe for all threads; everything is guarded by this
 * object's monitor.
 */
public final class Refusals {
    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_KNOWN = 256;
    private static final String OTHERS = "others";

    /** Kinds of reason. */
    public enum Kind {
        /** No key at all, or not the protocol. */
        STRANGER,
        /** A key, and nobody's who may come in. */
        WRONG_KEY,
        /** Began, and went on too slowly or not at all. */
        TOO_SLOW,
        /** More connections than are served. */
        TOO_MANY,
        /** One that was let in broke the protocol. */
        PROTOCOL
    }

    private static final class Said {
        private long atNanos;
        private long leftOut;
    }

    private final String adapter;
    private final LongSupplier nanos;
    private final Map<String, Said> said = new LinkedHashMap<>();
    private long count;

    /** @param adapter the adapter instance's name */
    public Refusals(String adapter) {
        this(adapter, System::nanoTime);
    }

    Refusals(String adapter, LongSupplier nanos) {
        this.adapter = adapter;
        this.nanos = nanos;
    }

    /**
     * @param from the other end's address, with or without a port
     * @param where what it came to
     * @param reason for people; whatever a stranger may have put into it is made harmless
     */
    public synchronized void refused(String from, String where, Kind kind, String reason) {
        count++;
        long now = nanos.getAsLong();
        String key = from.replaceFirst(":[0-9]+$", "") + " " + where + " " + kind;
        Said last = said.get(key);
        if (last == null && said.size() >= MOST_KNOWN) {
            forgetOld(now);
        }
        if (last == null) {
            key = said.size() < MOST_KNOWN ? key : OTHERS;
            last = said.get(key);
        }
        if (last != null && now - last.atNanos < QUIET_NANOS) {
            last.leftOut++;
            return;
        }
        long before = last == null ? 0 : last.leftOut;
        Said fresh = new Said();
        fresh.atNanos = now;
        said.remove(key);
        said.put(key, fresh);
        say(OneLine.of(
                adapter + ": refused " + from + " on the " + where + ": " + reason
                        + (before > 0 ? " (and " + before + " like it before)" : ""),
                Limits.REASON_CHARS));
    }

    // Logging may need a file descriptor of its own and throw an error where there is none; whoever refuses goes on.
    private static void say(String text) {
        try {
            LOG.log(System.Logger.Level.WARNING, text);
        } catch (RuntimeException | Error e) {
            // It is counted.
        }
    }

    private void forgetOld(long now) {
        Iterator<Said> all = said.values().iterator();
        while (all.hasNext() && now - all.next().atNanos >= QUIET_NANOS) {
            all.remove();
        }
    }

    /** @return how often somebody was refused, said or not */
    public synchronized long count() {
        return count;
    }
}
