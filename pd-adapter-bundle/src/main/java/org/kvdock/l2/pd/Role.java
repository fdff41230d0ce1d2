package org.kvdock.l2.pd;

/** Which end of the transfer an adapter is. */
public enum Role {
    /** Prefill: pushes chunks. */
    SENDER,
    /** Decode: holds staging, from which loads copy to L1. */
    RECEIVER
}
