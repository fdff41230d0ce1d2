package org.kvdock.l2.pd.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;

/** What sender and receiver say to each other on the transfer connection. Slots are numbers that are never used twice in an epoch. */
public sealed interface Message {
    /**
     * The sender's first message.
     *
     * @param version of the protocol
     * @param name of the sender's adapter instance, for people
     * @param session a number that this sender instance and no other has
     * @param rank which of the sender's links this is
     * @param channels what it can write through, best first
     */
    record Hello(int version, String name, long session, int rank, List<String> channels) implements Message {}

    /**
     * The receiver's answer to the hello.
     *
     * @param version of the protocol
     * @param epoch a number that this receiver instance and no other has
     * @param channel the one that it chose
     * @param maxObjectBytes longest chunk that it takes
     * @param stagingBytes all of its staging
     * @param leaseMillis how long a reservation lasts after its last sign of life
     */
    record Welcome(int version, long epoch, String channel, int maxObjectBytes, long stagingBytes, long leaseMillis)
            implements Message {}

    /**
     * Asks for room for the chunks of one task.
     *
     * @param id names the transfer on this link from now on
     * @param epoch the receiver's
     * @param requestId the request that the chunks belong to, empty for none
     * @param lastBatch whether no further transfer of the request follows
     * @param totalChunks chunks of the request, all of its transfers together
     * @param waitMillis how long the sender will wait for room
     * @param keys the chunks' keys
     * @param lengths the chunks' lengths in bytes
     * @param layout how they are laid out
     */
    record Reserve(
            long id,
            long epoch,
            String requestId,
            boolean lastBatch,
            int totalChunks,
            long waitMillis,
            List<ObjectKey> keys,
            int[] lengths,
            KvLayout layout)
            implements Message {
        /** Everything but keys, lengths and shape; texts have bounds of their own. */
        private static final int FIXED_BYTES = 4096;
        /** Longest MessagePack form of a number, or of what stands before bytes. */
        private static final int NUMBER_BYTES = 9;

        /**
         * Asked before it is sent: a receiver ends the connection of one who asks for more, and with it the transfers of
         * all others, again and again.
         *
         * @param maxObjectBytes the longest chunk that the receiver takes
         * @return why it must not be sent, in one line; empty if it may
         */
        public Optional<String> obstacle(int maxObjectBytes) {
            for (int length : lengths) {
                if (length > maxObjectBytes) {
                    return Optional.of(length + " bytes are not allowed, the receiver takes at most " + maxObjectBytes + " in a chunk");
                }
            }
            long bytes = mostBytes();
            return bytes <= Limits.MESSAGE_BYTES
                    ? Optional.empty()
                    : Optional.of(keys.size() + " keys of so many bytes are not allowed in one task, its reservation may take "
                            + bytes + " bytes, must be at most " + Limits.MESSAGE_BYTES);
        }

        // A little more than it has.
        private long mostBytes() {
            long bytes = FIXED_BYTES + (long) NUMBER_BYTES * layout.shape().size();
            for (ObjectKey key : keys) {
                bytes += key.encodedLength() + 2 * NUMBER_BYTES;
            }
            return bytes;
        }
    }

    /**
     * Answers some of a transfer's keys. Keys that another transfer has in flight are answered later, by another one of
     * these.
     *
     * @param id the transfer
     * @param indexes keys that get a slot
     * @param slots their slots
     * @param segments the segment that each slot is in, where the sender writes into segments; else empty
     * @param offsets where in its segment each slot begins; else empty
     * @param alreadySent keys that are here already, and stay until the request is read
     */
    record Alloc(long id, int[] indexes, long[] slots, long[] segments, long[] offsets, int[] alreadySent)
            implements Message {}

    /**
     * A segment that the sender will write into; comes before the first slot in it.
     *
     * @param number its number
     * @param bytes its length
     * @param descriptor what the channel needs to open it
     */
    record Segment(long number, long bytes, byte[] descriptor) implements Message {}

    /**
     * Segments that are gone; none of their slots is reserved any more.
     *
     * @param numbers their numbers
     */
    record SegmentsGone(long[] numbers) implements Message {}

    /**
     * Follows the welcome where the chosen channel has an address of its own.
     *
     * @param way stands before each slot's number on that channel; told to this sender alone
     * @param address what the channel needs to reach the receiver
     */
    record ChannelAddress(long way, byte[] address) implements Message {}

    /**
     * Ends a transfer: what is not stored yet will not be.
     *
     * @param id the transfer
     * @param code why
     * @param text why, for people
     */
    record Refused(long id, ErrorCode code, String text) implements Message {}

    /**
     * The transfer's lease has ended and its slots are gone; it may be asked for again.
     *
     * @param id the transfer
     */
    record Lapsed(long id) implements Message {}

    /**
     * All bytes of these slots are written.
     *
     * @param id the transfer
     * @param epoch the receiver's
     * @param slots what is complete
     * @param lengths their lengths in bytes
     * @param checksums CRC-32C of their bytes
     */
    record Commit(long id, long epoch, long[] slots, int[] lengths, int[] checksums) implements Message {}

    /**
     * Answers a commit: these are verified and visible, those are not and their slots are gone.
     *
     * @param id the transfer
     * @param stored slots
     * @param refused slots
     * @param code why the first of these was refused, {@link ErrorCode#NONE} if none was
     * @param text why, for people
     */
    record CommitAck(long id, long[] stored, long[] refused, ErrorCode code, String text) implements Message {}

    /**
     * The sender has given up a transfer; slots that are not committed come back.
     *
     * @param id the transfer
     */
    record Abort(long id) implements Message {}

    /**
     * The sender has given up a request: what was kept for it need not be.
     *
     * @param requestId the request
     */
    record Cancel(String requestId) implements Message {}

    /**
     * A sign of life. From a sender it renews the leases of the listed transfers, and the receiver sends back the same.
     *
     * @param transfers those that the sender still works on
     */
    record Heartbeat(long[] transfers) implements Message {
        /** @return signs of life for so many transfers: one, or more where one list may not name them all */
        public static List<Heartbeat> of(Collection<Long> transfers) {
            long[] alive = transfers.stream().mapToLong(Long::longValue).toArray();
            List<Heartbeat> signs = new ArrayList<>();
            int from = 0;
            do {
                int to = Math.min(alive.length, from + Limits.ITEMS);
                signs.add(new Heartbeat(Arrays.copyOfRange(alive, from, to)));
                from = to;
            } while (from < alive.length);
            return signs;
        }
    }
}
