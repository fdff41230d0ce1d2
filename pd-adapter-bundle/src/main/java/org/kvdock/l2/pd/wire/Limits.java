package org.kvdock.l2.pd.wire;

/** Bounds on what may come from the other side; checked before memory is taken (R15). */
public final class Limits {
    /** The version of the protocol that this code speaks; what raises it says {@code docs/pd-protocol.md}. */
    public static final int VERSION = 1;
    /** Longest message before the hello is done, in bytes. */
    public static final int GREETING_BYTES = 4096;
    /** Longest message in bytes. */
    public static final int MESSAGE_BYTES = 8 << 20;
    /** Most keys, slots or indexes in one message. */
    public static final int ITEMS = 1 << 16;
    /** Longest text that is not a key, in bytes. */
    public static final int TEXT_BYTES = 1024;
    /** Where a reason that quotes the other side is cut, in characters. */
    public static final int REASON_CHARS = 300;
    /** Longest key in text form, in bytes. */
    public static final int KEY_TEXT_BYTES = 4096;
    /** Longest chunk, in bytes; receivers may allow less and say so in their hello. */
    public static final int CHUNK_BYTES = 1 << 30;
    /** Most chunks in one request. */
    public static final int REQUEST_CHUNKS = 1 << 24;
    /**
     * Most keys in the transfers that are under way on one connection, and in those of all who ask on the alloc ports; a
     * transfer without keys counts as one.
     */
    public static final int KEYS_UNDER_WAY = 1 << 18;
    /** Deepest nesting of lists and maps. */
    public static final int DEPTH = 3;
    /** Longest time that a message may ask for, in milliseconds. */
    public static final long MILLIS = 7L * 24 * 3600 * 1000;

    private Limits() {}
}
