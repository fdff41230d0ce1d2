package org.kvdock.cli.lab.crash;

/** Where a process is meant to be killed. Where it really was is told by its diary and its journal. */
enum KillPoint {
    /** In the middle of the load. */
    LOAD,
    /** Somewhere between the start of the process and its first task. */
    OPENING,
    /** Between two records of an opening that closes the tasks of a process that was killed before. */
    RECOVERY,
    /** While the journal goes on in another file. */
    ROLL_OVER,
    /** While a checkpoint is written. */
    CHECKPOINT,
    /** While files are removed that are not to be kept. */
    RETENTION,
    /** While nothing is going on, with the adapter's own state told just before. */
    QUIET,
    /** While the adapter is closed, with tasks in flight. */
    CLOSING,
    /** In the middle of the load of a host with its framework. */
    HOST_LOAD,
    /** While a host starts. */
    HOST_START;

    /** @return whether the process is a host with its framework, and not the small one */
    boolean isHost() {
        return this == HOST_LOAD || this == HOST_START;
    }
}
