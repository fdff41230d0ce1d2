package org.kvdock.l2.pd.channel.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** A receiver's end of a channel. Safe for all threads. */
@ConsumerType
public interface ReceivingEnd extends AutoCloseable {
    /** Longest address in bytes. */
    int MAX_ADDRESS_BYTES = 8192;

    /** @return what a sender needs to reach it, at most {@value #MAX_ADDRESS_BYTES} bytes */
    byte[] address();

    /** When it returns, no memory is written any more, and every landing has ended. May be called again. */
    @Override
    void close();
}
