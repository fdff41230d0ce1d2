package org.kvdock.cli.lab.crash;

import java.util.List;
import org.kvdock.l2.TaskKind;

/** One task in the books: what the journal says of it. */
final class TaskEntry {
    private static final long NEVER = -1;

    final TaskKind kind;
    final List<Integer> keys;
    final long bytes;
    /** Null until the journal has its completion. */
    Result completed;
    long deliveredAt = NEVER;
    long abandonedAt = NEVER;

    TaskEntry(TaskKind kind, List<Integer> keys, long bytes) {
        this.kind = kind;
        this.keys = keys;
        this.bytes = bytes;
    }

    boolean isOpen() {
        return completed == null && abandonedAt == NEVER;
    }

    boolean isDelivered() {
        return deliveredAt != NEVER;
    }

    boolean isAbandoned() {
        return abandonedAt != NEVER;
    }
}
