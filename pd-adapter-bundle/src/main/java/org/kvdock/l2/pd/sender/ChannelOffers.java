package org.kvdock.l2.pd.sender;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.pd.ChannelChoice;
import org.kvdock.l2.pd.channel.SegmentOpener;
import org.kvdock.l2.pd.shm.SharedSegments;

/**
 * Which channels a sender offers, best first. Under {@code auto} one that has failed is not offered again. For the
 * reactor's thread.
 */
final class ChannelOffers {
    /** Data frames on the transfer connection. */
    static final String TCP = "tcp";
    /** Segments in shared memory. */
    static final String SHM = "shm";

    private final ChannelChoice choice;
    private final Map<String, String> broken = new HashMap<>();

    ChannelOffers(ChannelChoice choice) {
        this.choice = choice;
    }

    /** @return what to offer in the next hello */
    List<String> now() {
        List<String> offers = new ArrayList<>();
        if (choice == ChannelChoice.SHM || choice == ChannelChoice.AUTO && !broken.containsKey(SHM)) {
            offers.add(SHM);
        }
        if (choice != ChannelChoice.SHM) {
            offers.add(TCP);
        }
        return offers;
    }

    /** @return what opens the channel's segments */
    SegmentOpener opener(String channel) {
        return (number, bytes, descriptor) -> new SharedSegments().open(number, bytes, descriptor);
    }

    /** The channel does not work with this receiver. */
    void broken(String channel, IOException cause) {
        broken.put(channel, cause.getMessage());
    }
}
