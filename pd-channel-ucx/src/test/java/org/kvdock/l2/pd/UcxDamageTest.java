package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.kvdock.l2.pd.ucx.NeedsUcx;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

@NeedsUcx
class UcxDamageTest {
    private static final int CHUNK = 700_000;

    /** What happens to pieces before they go out over UCX. */
    private interface Damage {
        Piece where(Piece piece);

        ByteBuffer what(Piece piece, ByteBuffer bytes);
    }

    /** UCX, with a damage in front of each sender's end. */
    private static final class Damaging extends UcxForwarding {
        private final Damage damage;

        Damaging(Damage damage) {
            this.damage = damage;
        }

        @Override
        public SendingEnd send(Reach reach, byte[] address, Consumer<IOException> failed) throws IOException {
            SendingEnd end = super.send(reach, address, failed);
            return new SendingEnd() {
                @Override
                public int pieceBytes() {
                    return end.pieceBytes();
                }

                @Override
                public boolean hasRoom() {
                    return end.hasRoom();
                }

                @Override
                public void put(Piece piece, ByteBuffer bytes, Runnable arrived) {
                    end.put(damage.where(piece), damage.what(piece, bytes), arrived);
                }

                @Override
                public void close() {
                    end.close();
                }
            };
        }
    }

    private static TaskResult secondOfThree(Damage damage) {
        FoundChannels found = new FoundChannels();
        found.add(new Damaging(damage));
        List<ObjectKey> keys = Chunks.keys("k", 3);
        try (L2Adapter receiver = Pd.receiver(8 << 20, new HoldingsRef(), "transfer_channel", "ucx");
                L2Adapter sender = new PdAdapterFactory().create("damaging", sender(receiver), new MemoryJournals(), new HoldingsRef(), found);
                Caller prefill = new Caller(sender);
                Caller decode = new Caller(receiver)) {
            TaskResult result = prefill.store(keys, Chunks.buffers(keys, CHUNK));
            assertEquals(result.bitmap(), decode.lookup(keys).bitmap());
            assertEquals("ucx", receiver.status().details().get("channel"));
            return result;
        }
    }

    private static Map<String, Object> sender(L2Adapter receiver) {
        return Pd.config(
                "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", receiver.status().details().get("peer_init_port"),
                "peer_alloc_port", receiver.status().details().get("peer_alloc_port"), "transfer_channel", "ucx");
    }

    private static void assertSecondRefused(TaskResult result) {
        assertEquals("101", result.bitmap().toString(), result.toString());
        assertEquals("000", result.unconfirmed().toString());
        assertEquals(ErrorCode.CHECKSUM, result.error());
        assertTrue(result.errorText().contains(Chunks.keys("k", 3).get(1).toString()), result.errorText());
    }

    @Test
    @DisplayName("case 43: a chunk with a bit flipped on the way over UCX is never visible, and the sender's task says checksum")
    void flipped() {
        assertSecondRefused(secondOfThree(new Damage() {
            @Override
            public Piece where(Piece piece) {
                return piece;
            }

            @Override
            public ByteBuffer what(Piece piece, ByteBuffer bytes) {
                if (piece.slot() != 2 || piece.offset() == 0) {
                    return bytes;
                }
                ByteBuffer flipped = ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
                return flipped.put(0, (byte) (flipped.get(0) ^ 1));
            }
        }));
    }

    @Test
    @DisplayName("a piece that says it goes past its slot's end, into another's slot, or in over another's way is dropped; nobody else's chunk is touched")
    void astray() {
        for (Piece lost : List.of(new Piece(0, 2, CHUNK - 10), new Piece(0, 2, -1), new Piece(0, 99, 0), new Piece(7, 1, 0))) {
            assertSecondRefused(secondOfThree(new Damage() {
                @Override
                public Piece where(Piece piece) {
                    return piece.slot() != 2 ? piece : new Piece(piece.way() + lost.way(), lost.slot(), lost.offset());
                }

                @Override
                public ByteBuffer what(Piece piece, ByteBuffer bytes) {
                    return bytes;
                }
            }));
        }
    }
}
