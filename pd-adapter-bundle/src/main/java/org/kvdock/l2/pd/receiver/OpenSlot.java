package org.kvdock.l2.pd.receiver;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * A granted slot that a channel writes into in its own time. While anything is landing its memory is nobody else's.
 * Guarded by its monitor; what runs when it is quiet runs outside of it.
 *
 * <pre>
 *  OPEN --closed, nothing landing--> CLOSED
 *  OPEN --closed while something is landing--> CLOSING --last one ended--> CLOSED
 * </pre>
 */
final class OpenSlot {
    private final ByteBuffer memory;
    private int landing;
    private boolean closed;
    private Runnable commit;
    private Runnable release;

    /** @param memory the slot's, all of it */
    OpenSlot(ByteBuffer memory) {
        this.memory = memory;
    }

    /** @return the piece's memory; empty if it is not inside the slot, or the slot takes no more */
    synchronized Optional<Landings.Landing> land(int offset, long bytes) {
        if (closed || offset < 0 || bytes < 1 || bytes > memory.capacity() - (long) offset) {
            return Optional.empty();
        }
        landing++;
        return Optional.of(new Part(memory.slice(offset, (int) bytes)));
    }

    /**
     * Bytes that a sender says it has sent may still be on their way into memory.
     *
     * @param then runs as soon as nothing is landing, on any thread; not at all if nothing is
     * @return whether something is landing
     * @throws ProtocolException if another commit waits already
     */
    synchronized boolean commitWhenQuiet(long slot, Runnable then) throws ProtocolException {
        if (landing == 0) {
            return false;
        }
        if (commit != null) {
            throw new ProtocolException("slots", slot, "slots whose commit is not answered yet");
        }
        commit = then;
        return true;
    }

    /** Takes no more, if nothing is landing. @return whether it is closed now */
    synchronized boolean closeIfQuiet() {
        closed |= landing == 0;
        return closed;
    }

    /**
     * Takes no more.
     *
     * @param then runs as soon as nothing is landing, on any thread; not at all if nothing is
     * @return whether something is landing
     */
    synchronized boolean close(Runnable then) {
        closed = true;
        release = landing > 0 ? then : null;
        return landing > 0;
    }

    private void ended() {
        Runnable first;
        Runnable second;
        synchronized (this) {
            if (--landing > 0) {
                return;
            }
            first = commit;
            second = release;
            commit = null;
            release = null;
        }
        run(first);
        run(second);
    }

    private static void run(Runnable job) {
        if (job != null) {
            job.run();
        }
    }

    private final class Part implements Landings.Landing {
        private final ByteBuffer part;

        Part(ByteBuffer part) {
            this.part = part;
        }

        @Override
        public ByteBuffer memory() {
            return part;
        }

        @Override
        public void ended() {
            OpenSlot.this.ended();
        }
    }
}
