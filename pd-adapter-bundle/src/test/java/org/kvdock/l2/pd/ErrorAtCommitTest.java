package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.l2.tck.KitError;

/** An Error where a receiver makes a chunk visible. */
class ErrorAtCommitTest {
    private static final int CHUNK = 1024;

    /** A journal that throws at the first publication. */
    private record Bent(TaskJournal journal, AtomicBoolean armed) implements TaskJournal {
        @Override
        public long epoch() {
            return journal.epoch();
        }

        @Override
        public Recovery recovery() {
            return journal.recovery();
        }

        @Override
        public long append(ByteBuffer record) {
            if (RecordCodec.typeOf(record) == RecordType.KEY_PUBLISHED && armed.getAndSet(false)) {
                throw new KitError("at a publication");
            }
            return journal.append(record);
        }

        @Override
        public void whenDurable(long position, DurabilityAction action) {
            journal.whenDurable(position, action);
        }

        @Override
        public void close() {
            journal.close();
        }
    }

    @ParameterizedTest(name = "over {0}")
    @ValueSource(strings = {"tcp", "shm"})
    @DisplayName("R3: an Error at a publication costs that commit: its room comes back, the link stays, and the key can be sent again")
    void costsOneCommit(String channel) throws IOException {
        Map<String, Object> config = Pd.config(
                "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "buffer_size", CHUNK,
                "transfer_channel", channel);
        AtomicBoolean armed = new AtomicBoolean(true);
        MemoryJournals journals = new MemoryJournals();
        List<ObjectKey> keys = Chunks.keys("k", 1);
        try (L2Adapter receiver = new PdAdapterFactory().create(
                        "receiver", config, name -> new Bent(journals.open(name), armed), new HoldingsRef());
                RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            long epoch = link.greet(1, channel).epoch();
            Message.CommitAck refused = send(link, epoch, 1, keys, channel);
            assertEquals(1, refused.refused().length);
            assertEquals(ErrorCode.INTERNAL, refused.code());
            assertTrue(refused.text().contains("at a publication"), refused.text());
            assertEquals(Integer.toString(CHUNK), receiver.status().details().get("staging_free_bytes"));
            assertEquals(1, send(link, epoch, 2, keys, channel).stored().length);
            assertEquals(1, receiver.usage().objects());
            assertArrayEquals(keys.toArray(), receiver.listKeys(java.util.Optional.empty(), 10).keys().toArray());
        }
    }

    // A chunk of zeros, as shared memory is when it is fresh.
    private static Message.CommitAck send(RawLink link, long epoch, long id, List<ObjectKey> keys, String channel)
            throws IOException {
        byte[] zeros = new byte[CHUNK];
        link.send(RawLink.reserve(id, epoch, "", 1, keys, CHUNK));
        if (channel.equals("shm") && id == 1) {
            link.receive(Message.Segment.class);
        }
        long slot = link.receive(Message.Alloc.class).slots()[0];
        if (channel.equals("tcp")) {
            byte[] frame = RawLink.dataFrame(slot, epoch, zeros);
            link.send(frame, 0, frame.length);
        }
        link.send(new Message.Commit(
                id, epoch, new long[] {slot}, new int[] {CHUNK}, new int[] {RawLink.checksum(zeros)}));
        return link.receive(Message.CommitAck.class);
    }
}
