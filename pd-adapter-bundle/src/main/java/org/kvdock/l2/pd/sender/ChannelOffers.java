package org.kvdock.l2.pd.sender;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.ChannelChoice;
import org.kvdock.l2.pd.ChannelTrouble;
import org.kvdock.l2.pd.FoundChannels;
import org.kvdock.l2.pd.GrowingPause;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.channel.SegmentOpener;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;
import org.kvdock.l2.pd.shm.SharedSegments;

/**
 * Which channels a sender offers, best first: shared memory, what others brought, the transfer connection. Under
 * {@code auto} one that does not work is left out for {@code reconnect_max_ms}, and for twice as long each time that it
 * still does not. For the reactor's thread, but {@link #trouble()}.
 */
final class ChannelOffers {
    /** Data frames on the transfer connection. */
    static final String TCP = "tcp";
    /** Segments in shared memory. */
    static final String SHM = "shm";
    /** One failure may be the receiver's end. */
    private static final int FAILURES = 2;
    /** Longest time for which one is left out, in longest pauses. */
    private static final int LONGEST_PAUSES = 512;

    /** What is wrong with one channel. */
    private static final class Failing {
        private final GrowingPause pause;
        private int failures;
        private long againNanos;
        private ChannelTrouble trouble;

        private Failing(Duration least) {
            pause = new GrowingPause(least, least.multipliedBy(LONGEST_PAUSES));
        }
    }

    private final PdSettings settings;
    private final FoundChannels found;
    private final TimeSource time;
    private final Map<String, Failing> failing = new LinkedHashMap<>();
    // Since when there is a better channel than the one in use; null while there is none.
    private Long betterSince;
    private volatile List<ChannelTrouble> trouble = List.of();

    ChannelOffers(PdSettings settings, FoundChannels found, TimeSource time) {
        this.settings = settings;
        this.found = found;
        this.time = time;
    }

    /**
     * @return what to offer in the next hello
     * @throws IOException if the one channel that is asked for cannot be used
     */
    List<String> now() throws IOException {
        ChannelChoice choice = settings.channel();
        if (choice == ChannelChoice.AUTO) {
            return all();
        }
        String name = choice.wireName();
        String obstacle = choice == ChannelChoice.UCX ? found.obstacle(name).orElse(null) : null;
        if (obstacle != null) {
            throw new IOException("channel " + name + " cannot be used: " + obstacle);
        }
        return List.of(name);
    }

    private List<String> all() {
        List<String> offers = new ArrayList<>(List.of(SHM));
        if (settings.mayGoUnprotected()) {
            found.usable().forEach(channel -> offers.add(channel.name()));
        }
        offers.add(TCP);
        offers.removeIf(this::isLeftOut);
        return offers;
    }

    private boolean isLeftOut(String channel) {
        Failing state = failing.get(channel);
        return state != null && state.failures >= FAILURES && time.nanos() - state.againNanos < 0;
    }

    /**
     * Whether to greet again, with a better channel than the one in use: one that was left out when it was chosen, or was
     * not there. As soon as nothing is under way, or {@code reconnect_max_ms} after it could have been.
     *
     * @param inUse the channel in use
     * @param offered what was offered when it was chosen
     * @param quiet whether nothing is under way
     */
    boolean isBetterDue(String inUse, List<String> offered, boolean quiet) {
        long now = time.nanos();
        if (settings.channel() != ChannelChoice.AUTO || !hasBetter(inUse, offered)) {
            betterSince = null;
            return false;
        }
        betterSince = betterSince == null ? Long.valueOf(now) : betterSince;
        return quiet || now - betterSince > settings.reconnectMost().toNanos();
    }

    private boolean hasBetter(String inUse, List<String> offered) {
        List<String> now = all();
        int rank = now.indexOf(inUse);
        return now.subList(0, rank < 0 ? now.size() : rank).stream().anyMatch(channel -> !offered.contains(channel));
    }

    /** @return what opens segments in shared memory */
    SegmentOpener opener() {
        return (number, bytes, descriptor) -> new SharedSegments().open(number, bytes, descriptor);
    }

    /**
     * @param failed told when the end is of no use any more
     * @return this side's end of a channel that was brought
     * @throws IOException if it has gone, or the address is none
     */
    SendingEnd open(String channel, byte[] address, Consumer<IOException> failed) throws IOException {
        TransferChannel brought = found.find(channel)
                .orElseThrow(() -> new IOException("channel " + channel + " has gone"));
        return brought.send(settings.reach(), address, failed);
    }

    /** The channel does not work with this receiver. */
    void broken(String channel, IOException cause) {
        failed(channel, cause, FAILURES);
    }

    /** The channel has failed; it may have been for the receiver's end. */
    void failed(String channel, IOException cause) {
        failed(channel, cause, 1);
    }

    private void failed(String channel, IOException cause, int failures) {
        Failing state = failing.computeIfAbsent(channel, name -> new Failing(settings.reconnectMost()));
        state.failures += failures;
        state.trouble = ChannelTrouble.of(channel, cause);
        if (settings.channel() == ChannelChoice.AUTO && state.failures >= FAILURES) {
            long nanos = state.pause.next();
            state.againNanos = time.nanos() + nanos;
            state.trouble = state.trouble.triedAgain(time, nanos);
        }
        publish();
    }

    /** The channel has moved bytes. */
    void works(String channel) {
        if (failing.remove(channel) != null) {
            publish();
        }
    }

    private void publish() {
        trouble = failing.values().stream().map(state -> state.trouble).toList();
    }

    /** @return channels that have failed and not worked since; safe for all threads */
    List<ChannelTrouble> trouble() {
        return trouble;
    }
}
