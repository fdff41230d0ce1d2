package org.kvdock.l2.pd.receiver;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One sender's way in over a channel that others brought: the slots that it may write into now.
 *
 * @param number told to this sender alone
 * @param address of the channel's end
 * @param slots by number; changed by the reactor's thread, read by the channel's
 */
record Way(long number, byte[] address, Map<Long, OpenSlot> slots) {
    Way(long number, byte[] address) {
        this(number, address, new ConcurrentHashMap<>());
    }
}
