package org.kvdock.cli.lab.fault;

import java.util.List;
import java.util.Locale;

/** How a scenario's bytes travel. */
enum Channel {
    /** Data frames on the transfer connection. */
    TCP,
    /** The same under TLS 1.3, with CURVE on the control plane. */
    TLS,
    /** Segments in shared memory. */
    SHM,
    /** Pieces over UCX, beside the transfer connection; the receiver says where to, in a frame of its own. */
    UCX;

    /** Those over which every frame of every step is broken in every way. */
    static final List<Channel> THOROUGH = List.of(TCP, UCX);

    /** @return as {@code transfer_channel} has it */
    String configured() {
        return this == TLS ? "tcp" : toString();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
