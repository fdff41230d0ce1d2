package org.kvdock.host;

/** Where chunks are. */
public enum Tier {
    /** The host's own memory. */
    L1,
    /** Whatever the docked adapters reach. */
    L2
}
