package org.kvdock.cli.lab.crash;

import java.util.List;
import org.kvdock.l2.TaskKind;

/** What a thread of a process was about to do. */
sealed interface Call {
    /**
     * A submission.
     *
     * @param bytes of its buffers together
     */
    record Submit(TaskKind kind, List<Integer> keys, long bytes) implements Call {}

    record Unlock(List<Integer> keys) implements Call {}

    record Delete(List<Integer> keys) implements Call {}

    /** Fetching results of one kind: all at once of stores, one after the other of the others. */
    record Fetch(TaskKind kind) implements Call {}

    /** A request that is written to a host, and stored by it. */
    record Write(List<Integer> keys) implements Call {}
}
