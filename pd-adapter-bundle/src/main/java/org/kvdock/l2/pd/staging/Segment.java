package org.kvdock.l2.pd.staging;

import org.kvdock.l2.pd.channel.LocalSegment;

/** One stretch of staging and which of it is free. Guarded by its {@link Staging}. */
final class Segment {
    final long number;
    final int bytes;
    final LocalSegment local;
    final Arena arena;
    /** Null for a segment of an earlier process: nothing new goes into it. */
    final FreeSpace free;
    /** Stays when it is empty. */
    final boolean permanent;
    int used;

    Segment(long number, int bytes, LocalSegment local, Arena arena, FreeSpace free, boolean permanent) {
        this.number = number;
        this.bytes = bytes;
        this.local = local;
        this.arena = arena;
        this.free = free;
        this.permanent = permanent;
    }
}
