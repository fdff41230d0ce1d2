package org.kvdock.l2.pd.receiver;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.journal.TaskState.StoredKey;
import org.kvdock.l2.pd.ChannelChoice;
import org.kvdock.l2.pd.PdSettings;
import org.kvdock.l2.pd.shm.SegmentDirectory;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;

/**
 * A receiver's staging and which channels can reach it: files in shared memory that senders map, files in a directory
 * that outlives the process, or this process's own memory.
 */
final class ReceiverStaging {
    private static final long LONGEST_SEGMENT = 256 << 20;

    private final Staging memory;
    // Null where staging is in memory.
    private final SegmentDirectory directory;
    private final boolean lasting;
    private final List<String> channels;
    private final Arena shared;

    private ReceiverStaging(Staging memory, SegmentDirectory directory, boolean lasting, List<String> channels) {
        this.memory = memory;
        this.directory = directory;
        this.lasting = lasting;
        this.channels = channels;
        this.shared = memory.arena();
    }

    /**
     * @param dropped told of each segment that is gone
     * @throws BadConfigurationException if there is no memory, or it cannot be used
     */
    static ReceiverStaging open(String name, PdSettings settings, LongConsumer dropped) {
        ChannelChoice choice = settings.channel();
        List<String> channels = switch (choice) {
            case SHM -> List.of(Links.SHM);
            case TCP -> List.of(Links.TCP);
            case UCX -> List.of();
            default -> List.of(Links.SHM, Links.TCP);
        };
        SegmentDirectory directory = null;
        try {
            if (settings.stagingDirectory().isPresent()) {
                directory = SegmentDirectory.lasting(settings.stagingDirectory().get());
            } else if (choice == ChannelChoice.SHM || choice == ChannelChoice.AUTO) {
                directory = SegmentDirectory.fresh(SegmentDirectory.SHARED_MEMORY, name);
            }
        } catch (IOException e) {
            if (settings.stagingDirectory().isPresent()) {
                throw new BadConfigurationException(
                        "staging_dir", settings.stagingDirectory().get(), "a directory for this receiver alone (" + e.getMessage() + ")");
            } else if (choice == ChannelChoice.SHM) {
                throw new BadConfigurationException(
                        "transfer_channel", "shm", "possible: " + SegmentDirectory.SHARED_MEMORY + " is not (" + e.getMessage() + ")");
            }
            channels = List.of(Links.TCP);
        }
        return new ReceiverStaging(
                memory(settings.bufferBytes(), directory, dropped), directory, settings.stagingDirectory().isPresent(), channels);
    }

    private static Staging memory(long bytes, SegmentDirectory directory, LongConsumer dropped) {
        if (directory != null) {
            return new Staging(bytes, Math.min(LONGEST_SEGMENT, bytes / Staging.SEGMENTS), directory, dropped);
        }
        try {
            return Staging.inMemory(bytes);
        } catch (OutOfMemoryError e) {
            throw new BadConfigurationException(
                    "buffer_size", bytes, "what this process may take outside its heap (" + e.getMessage() + ")");
        }
    }

    Staging memory() {
        return memory;
    }

    /** @return where those get slots from who do not write in place */
    Arena shared() {
        return shared;
    }

    /** @return channels of this bundle's own that can reach it, best first */
    List<String> channels() {
        return channels;
    }

    /**
     * Publishes again what an earlier process of this receiver committed and what is still whole; the rest is freed.
     *
     * @param candidates keys that were stored when that process went, as its journal says
     * @param index empty; gets those that are whole
     * @return keys that were found whole
     */
    List<ObjectKey> recover(Map<ObjectKey, StoredKey> candidates, ObjectIndex<Slot> index) {
        if (directory == null) {
            return List.of();
        }
        try {
            return new Recovery(memory, shared, index).recover(directory.leftBehind(), candidates);
        } catch (IOException e) {
            throw new BadConfigurationException("staging_dir", directory.path(), "readable (" + e.getMessage() + ")");
        }
    }

    /** Removes the files. */
    void close() {
        if (directory != null) {
            directory.close();
        }
    }

    /** The receiver did not start: what an earlier process had committed stays for the next try. */
    void leave() {
        if (lasting) {
            directory.leave();
        } else {
            close();
        }
    }
}
