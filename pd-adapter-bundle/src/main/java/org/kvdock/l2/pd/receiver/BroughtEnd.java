package org.kvdock.l2.pd.receiver;

import java.io.IOException;
import java.util.Optional;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.ChannelTrouble;
import org.kvdock.l2.pd.GrowingPause;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;

/**
 * The end of one channel that others brought: opened, and opened again with growing pauses whenever it fails or cannot be
 * opened (R13). For the side thread.
 *
 * <pre>
 *  PAUSED --pause over, opened--> OPEN                PAUSED --pause over, cannot be opened--> PAUSED, twice as long
 *  OPEN --it says that it has failed--> PAUSED, twice as long unless it was open for longer than the longest pause
 *  any --closed--> CLOSED
 * </pre>
 */
final class BroughtEnd {
    /** What an end tells its keeper. On the side thread. */
    interface Events {
        /** It is open, or not open any more, or there is other trouble. */
        void changed();

        /** Whoever came in by it cannot use it any more. It is still to be closed. */
        void gone(ReceivingEnd end, String why);
    }

    private final TransferChannel channel;
    private final PdSettings settings;
    private final Landings landings;
    private final SideThread side;
    private final TimeSource time;
    private final Events events;
    private ReceivingEnd end;
    private Optional<ChannelTrouble> trouble = Optional.empty();
    private long openedNanos;
    private final GrowingPause pause;
    // Counts tries, so that what an earlier one still has to say, or had to do, is told from the latest one's.
    private int tries;
    private boolean closed;
    // One that did not end when it was closed.
    private boolean lingering;

    BroughtEnd(TransferChannel channel, PdSettings settings, Landings landings, SideThread side, TimeSource time, Events events) {
        this.channel = channel;
        this.settings = settings;
        this.landings = landings;
        this.side = side;
        this.time = time;
        this.events = events;
        this.pause = new GrowingPause(settings.reconnectLeast(), settings.reconnectMost());
    }

    TransferChannel channel() {
        return channel;
    }

    /** @return the end, empty unless it is open */
    Optional<ReceivingEnd> end() {
        return Optional.ofNullable(end);
    }

    /** @return why it is not open and when that is tried again; empty if it is */
    Optional<ChannelTrouble> trouble() {
        return trouble;
    }

    void open() {
        int mine = ++tries;
        try {
            Optional<String> obstacle = channel.obstacle();
            if (obstacle.isPresent()) {
                throw new IOException(obstacle.get());
            }
            end = channel.receive(settings.reach(), landings, cause -> side.execute(() -> failed(mine, cause)));
            openedNanos = time.nanos();
            trouble = Optional.empty();
        } catch (IOException | RuntimeException | Error e) {
            // An Error too, for want of memory or of a library: it may be there the next time.
            pause(e);
        }
        events.changed();
    }

    private void failed(int of, IOException cause) {
        if (of != tries || end == null) {
            return;
        }
        if (time.nanos() - openedNanos > settings.reconnectMost().toNanos()) {
            pause.reset();
        }
        ReceivingEnd failed = end;
        end = null;
        pause(cause);
        events.changed();
        leave(failed, "has failed: " + cause.getMessage());
    }

    private void pause(Throwable cause) {
        int mine = tries;
        long nanos = pause.next();
        trouble = Optional.of(ChannelTrouble.of(channel.name(), cause).triedAgain(time, nanos));
        side.after(nanos, () -> {
            if (mine == tries && !closed) {
                open();
            }
        });
    }

    private void leave(ReceivingEnd gone, String why) {
        events.gone(gone, "channel " + channel.name() + " " + why);
        try {
            gone.close();
        } catch (RuntimeException e) {
            lingering = true;
        }
    }

    /**
     * Lets go of it for good.
     *
     * @return whether nothing of it is left; otherwise memory may still be written
     */
    boolean close(String why) {
        closed = true;
        if (end != null) {
            ReceivingEnd last = end;
            end = null;
            events.changed();
            leave(last, why);
        }
        return !lingering;
    }
}
