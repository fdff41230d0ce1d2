package org.kvdock.l2.pd;

/** Where staging lives. */
public enum BufferDevice {
    /** Off-heap memory of this process. */
    CPU
}
