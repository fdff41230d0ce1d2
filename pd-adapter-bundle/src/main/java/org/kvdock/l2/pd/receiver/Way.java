package org.kvdock.l2.pd.receiver;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;

/**
 * One sender's way in over a channel that others brought: the slots that it may write into now.
 *
 * @param number told to this sender alone
 * @param end the channel's end that it goes through
 * @param slots by number; changed by the reactor's thread, read by the channel's
 */
record Way(long number, ReceivingEnd end, Map<Long, OpenSlot> slots) {
    Way(long number, ReceivingEnd end) {
        this(number, end, new ConcurrentHashMap<>());
    }
}
