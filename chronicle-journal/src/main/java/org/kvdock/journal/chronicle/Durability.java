package org.kvdock.journal.chronicle;

/** What a journal promises about records that were appended. Every mode keeps what the modes above it promise. */
public enum Durability {
    /** Survives the end of the process, {@code kill -9} included. Nothing is promised about power loss. */
    PROCESS,
    /** At power loss at most the records of the last interval are gone. */
    INTERVAL,
    /**
     * At power loss no result that a caller has seen is gone: a completion is published only when it and its submission
     * are on disk. Tasks that complete together share one sync; a submit never waits for the disk.
     */
    RECORD
}
