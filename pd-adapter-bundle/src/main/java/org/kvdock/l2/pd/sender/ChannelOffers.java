package org.kvdock.l2.pd.sender;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.kvdock.l2.pd.ChannelChoice;
import org.kvdock.l2.pd.FoundChannels;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.channel.SegmentOpener;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.kvdock.l2.pd.channel.spi.TransferChannel;
import org.kvdock.l2.pd.shm.SharedSegments;

/**
 * Which channels a sender offers, best first: shared memory, what others brought, the transfer connection. Under
 * {@code auto} one that does not work is not offered again. For the reactor's thread.
 */
final class ChannelOffers {
    /** Data frames on the transfer connection. */
    static final String TCP = "tcp";
    /** Segments in shared memory. */
    static final String SHM = "shm";
    /** One failure may be the receiver's end. */
    private static final int FAILURES = 2;

    private final PdSettings settings;
    private final FoundChannels found;
    private final Map<String, Integer> failures = new HashMap<>();

    ChannelOffers(PdSettings settings, FoundChannels found) {
        this.settings = settings;
        this.found = found;
    }

    /**
     * @return what to offer in the next hello
     * @throws IOException if the one channel that is asked for cannot be used
     */
    List<String> now() throws IOException {
        ChannelChoice choice = settings.channel();
        if (choice == ChannelChoice.UCX) {
            String name = choice.wireName();
            String obstacle = found.obstacle(name).orElse(null);
            if (obstacle != null) {
                throw new IOException("channel " + name + " cannot be used: " + obstacle);
            }
            return List.of(name);
        } else if (choice == ChannelChoice.SHM || choice == ChannelChoice.TCP) {
            return List.of(choice.wireName());
        }
        List<String> offers = new ArrayList<>(List.of(SHM));
        if (settings.mayGoUnprotected()) {
            found.usable().forEach(channel -> offers.add(channel.name()));
        }
        offers.add(TCP);
        offers.removeIf(channel -> failures.getOrDefault(channel, 0) >= FAILURES);
        return offers;
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
    void broken(String channel) {
        failures.put(channel, FAILURES);
    }

    /** The channel has failed; it may have been for the receiver's end. */
    void failed(String channel) {
        failures.merge(channel, 1, Integer::sum);
    }

    /** The channel has moved bytes. */
    void works(String channel) {
        failures.remove(channel);
    }
}
