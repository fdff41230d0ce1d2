package org.kvdock.l2;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Told of what happens in an adapter. Called on the adapter's threads with none of its locks held; must not block. What
 * it throws is counted and otherwise ignored: it never costs a completion (R3).
 *
 * <p>Implemented by whoever wants to know: every method has a default.
 */
@ConsumerType
public interface L2AdapterListener {
    /** @param result of a task that has just become visible to its submitter */
    default void taskCompleted(TaskResult result) {}

    /**
     * @param key now visible to lookups
     * @param bytes its length
     */
    default void keyPublished(ObjectKey key, long bytes) {}

    /**
     * @param key no longer held
     * @param reason why
     */
    default void keyRemoved(ObjectKey key, RemovalReason reason) {}
}
