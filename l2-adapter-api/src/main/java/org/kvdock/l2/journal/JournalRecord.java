package org.kvdock.l2.journal;

import java.util.List;
import java.util.Optional;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.osgi.annotation.versioning.ProviderType;

/** One record of a journal, decoded (R16). {@link RecordCodec} draws its binary layout. */
@ProviderType
public sealed interface JournalRecord {
    /** @return sequence number, epoch and times */
    RecordHeader header();

    /** @return what the record says */
    RecordType type();

    /**
     * @param adapter the adapter instance's name
     * @param pid the writing process
     */
    record EpochStart(RecordHeader header, String adapter, long pid) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.EPOCH_START;
        }
    }

    record EpochReady(RecordHeader header) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.EPOCH_READY;
        }
    }

    record EpochEnd(RecordHeader header) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.EPOCH_END;
        }
    }

    /**
     * @param taskId the task's id in the header's epoch
     * @param kind its kind
     * @param keys its keys, in order
     * @param bytes bytes of its buffers together
     * @param context a store's request, without its layout
     */
    record Submitted(
            RecordHeader header,
            long taskId,
            TaskKind kind,
            List<ObjectKey> keys,
            long bytes,
            Optional<StoreContext> context)
            implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.SUBMITTED;
        }
    }

    /**
     * @param taskId the task's id in the header's epoch
     * @param kind its kind
     * @param outcome how it ended
     * @param locking whether each bit of {@code bitmap} is a lock that is held from now on
     * @param bitmap as in {@link org.kvdock.l2.TaskResult}
     * @param moved as there
     * @param unconfirmed as there
     * @param bytesMoved as there
     * @param error as there
     * @param errorText as there, cut to {@value RecordCodec#MAX_TEXT_BYTES} bytes
     */
    record Completed(
            RecordHeader header,
            long taskId,
            TaskKind kind,
            TaskOutcome outcome,
            boolean locking,
            Bitmap bitmap,
            Bitmap moved,
            Bitmap unconfirmed,
            long bytesMoved,
            ErrorCode error,
            String errorText)
            implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.COMPLETED;
        }
    }

    /** @param taskIds tasks of the header's epoch whose results were handed out by one call */
    record Delivered(RecordHeader header, List<Long> taskIds) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.DELIVERED;
        }
    }

    /**
     * @param keys as given by the caller
     * @param effective which of them really gave a lock back
     */
    record Unlocked(RecordHeader header, List<ObjectKey> keys, Bitmap effective) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.UNLOCKED;
        }
    }

    /**
     * @param key now visible
     * @param bytes its length
     * @param checksum CRC-32C of its bytes, 0 if the adapter has none
     * @param place where the adapter keeps it, in the adapter's own terms
     */
    record KeyPublished(RecordHeader header, ObjectKey key, long bytes, int checksum, long place)
            implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.KEY_PUBLISHED;
        }
    }

    record KeyRemoved(RecordHeader header, ObjectKey key, RemovalReason reason) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.KEY_REMOVED;
        }
    }

    /** @param locks how many locks of the key ended */
    record LeaseEnded(RecordHeader header, ObjectKey key, long locks) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.LEASE_ENDED;
        }
    }

    /**
     * @param taskEpoch the epoch that accepted the task
     * @param taskId its id there
     */
    record Abandoned(RecordHeader header, long taskEpoch, long taskId, TaskKind kind) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.ABANDONED;
        }
    }

    /** @param upTo sequence number of the last record that the side file covers */
    record Checkpoint(RecordHeader header, long upTo) implements JournalRecord {
        @Override
        public RecordType type() {
            return RecordType.CHECKPOINT;
        }
    }
}
