package org.kvdock.cli.lab.fault;

import java.util.Locale;

/** How a scenario's bytes travel. */
enum Channel {
    /** Data frames on the transfer connection. */
    TCP,
    /** The same under TLS 1.3, with CURVE on the control plane. */
    TLS,
    /** Segments in shared memory. */
    SHM;

    /** @return as {@code transfer_channel} has it */
    String configured() {
        return this == SHM ? "shm" : "tcp";
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
