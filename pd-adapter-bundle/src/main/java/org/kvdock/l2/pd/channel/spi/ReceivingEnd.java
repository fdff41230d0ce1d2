package org.kvdock.l2.pd.channel.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** A receiver's end of a channel. Safe for all threads. */
@ConsumerType
public interface ReceivingEnd extends AutoCloseable {
    /** Longest address in bytes. */
    int MAX_ADDRESS_BYTES = 8192;

    /** @return what a sender needs to reach it, at most {@value #MAX_ADDRESS_BYTES} bytes */
    byte[] address();

    /**
     * When it returns, no memory is written any more, and every landing has ended. May block, for a bounded while; an
     * interrupt does not cut that short. May be called again.
     *
     * @throws IllegalStateException if it does not end within that while. It still ends its landings when they are over,
     *     and holds until then what their memory is a view of
     */
    @Override
    void close();
}
