package org.kvdock.l2.pd;

import java.util.Locale;

/** How a sender's bytes reach the receiver. */
public enum ChannelChoice {
    /** The best that both ends have. */
    AUTO,
    /** Shared memory: the sender writes into files of the receiver that both have mapped. */
    SHM,
    /** The transfer connection itself. */
    TCP,
    /** UCX, through the optional bundle pd-channel-ucx. */
    UCX,
    /** Staging inside this process, without a peer. */
    MOCK_MEMORY;

    /** @return its name in the hello, in {@code status} and in measurements */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
