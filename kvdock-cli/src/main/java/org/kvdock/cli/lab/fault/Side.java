package org.kvdock.cli.lab.fault;

/** One side of a transfer. */
enum Side {
    /** The prefill side. */
    SENDER,
    /** The decode side. */
    RECEIVER
}
