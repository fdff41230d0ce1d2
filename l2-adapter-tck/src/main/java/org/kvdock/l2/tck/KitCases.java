package org.kvdock.l2.tck;

/** A group of the kit's cases, on one topic. */
public interface KitCases {
    /** @return makes and closes adapters for one test */
    KitBench bench();
}
