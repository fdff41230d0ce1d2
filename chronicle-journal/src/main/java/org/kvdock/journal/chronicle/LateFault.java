package org.kvdock.journal.chronicle;

/**
 * What a store into mapped memory owes its thread. Where the page has no room on its disk, or the disk fails, the store
 * is dropped and compiled code goes on; the JVM throws {@link InternalError} later, wherever the thread comes by next.
 * {@link #tell} makes it come by, so that the error comes out of the append that it belongs to and of nothing else.
 *
 * <p>Tried on tmpfs, interpreted and with both compilers, 256 stores each: JDK 25 throws at the latest at the end of a
 * native call. JDK 17 does not; there only a call of compiled code into the VM itself brings the error, and the cheapest
 * of those, an array of arrays whose size is not known to the compiler, leaves 16 bytes of garbage (25–40 ns).
 */
final class LateFault {
    /** Whether telling costs a native call of about 10 ns and no garbage. */
    static final boolean IS_CHEAP = Runtime.version().feature() >= 25;

    // Not final: arrays of a constant size are made without a call.
    private static int nothing;

    private LateFault() {}

    /** @throws InternalError if a store of this thread into mapped memory was dropped */
    static void tell() {
        if (IS_CHEAP) {
            Thread.holdsLock(LateFault.class);
        } else if (new byte[nothing][nothing].length != nothing) {
            throw new AssertionError("an array of " + nothing);
        }
    }
}
