package org.kvdock.l2.journal;

import java.nio.ByteBuffer;
import org.kvdock.l2.JournalUnavailableException;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One adapter instance's journal, open for writing. Opening it has started a new epoch and closed the tasks of the
 * epochs before (R16). Safe for all threads. Records reach it encoded by {@link JournalWriter}; it only numbers, seals
 * and keeps them.
 *
 * <p>Implemented by journals, called by adapters: a new method is a minor version, which journals must follow.
 */
@ProviderType
public interface TaskJournal extends AutoCloseable {
    /** @return the epoch that opening started; epochs of one journal ascend and never repeat (R1) */
    long epoch();

    /** @return what opening found */
    Recovery recovery();

    /**
     * Appends one record: stamps its sequence number and checksum ({@link RecordCodec#seal}) and keeps it. Waits for no
     * disk (R2). When it returns, the record survives the end of this process.
     *
     * @param record a record from position to limit as {@link JournalWriter} made it; its bytes are changed by the seal,
     *     and the caller may reuse the buffer when the call returns
     * @return the record's position, for {@link #whenDurable}; ascends with the order of appends
     * @throws JournalUnavailableException if the record could not be kept; then it is not in the journal
     */
    long append(ByteBuffer record);

    /**
     * Runs an action as soon as the durability mode's promise holds for everything up to a position (R4): at once, on
     * the calling thread, in modes that promise nothing about power loss; otherwise on the thread that syncs, after the
     * sync that covers the position.
     *
     * @param position what {@link #append} returned
     * @param action must not block; runs exactly once, also when the sync fails or the journal closes
     */
    void whenDurable(long position, DurabilityAction action);

    /** Gives the journal free; later appends throw. Whether its epoch ended in good order is for the writer to record. */
    @Override
    void close();

    /** What waits for durability. */
    @ConsumerType
    @FunctionalInterface
    interface DurabilityAction {
        /** @param durable whether the promise holds; false if the sync failed or the journal was closed before it */
        void run(boolean durable);
    }
}
