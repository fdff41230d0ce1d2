package org.kvdock.l2.pd;

/** How a sender's bytes reach the receiver. */
public enum ChannelChoice {
    /** The best that both ends have. */
    AUTO,
    /** Shared memory: the sender writes into files of the receiver that both have mapped. */
    SHM,
    /** The transfer connection itself. */
    TCP,
    /** Staging inside this process, without a peer. */
    MOCK_MEMORY
}
