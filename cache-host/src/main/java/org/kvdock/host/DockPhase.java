package org.kvdock.host;

/** Where an adapter is at the dock; it only moves down this list. */
public enum DockPhase {
    /** Known, and its eventfds are being registered; gets no work yet. */
    ARRIVING,
    /** Gets new work. */
    DOCKED,
    /** Gets no new work; what is in flight may finish until the drain's deadline. */
    DRAINING,
    /** Closed by the host; cancelled results are being fetched. */
    CLOSING,
    /** Its eventfds are unregistered and no task of the host is left in it. */
    GONE
}
