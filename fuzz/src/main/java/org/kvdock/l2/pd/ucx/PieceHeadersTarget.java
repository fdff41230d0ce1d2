package org.kvdock.l2.pd.ucx;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.l2.pd.channel.spi.Landings.Landing;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.receiver.SlotLandings;

/**
 * Headers of pieces that a sender announces over UCX, one after the other, and what the receiver lets land: only what lies
 * inside a slot that is reserved for that sender's way, and nothing once the slot is given up. A header is what it was
 * before when it is written again.
 */
public final class PieceHeadersTarget implements FuzzTarget {
    private static final long WAY = 7;
    private static final long SLOT = 3;
    private static final int SLOT_BYTES = 1000;
    private static final int MOST_PIECES = 64;

    @Override
    public String name() {
        return "piece-headers";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                pieces(new Piece(WAY, SLOT, 0), SLOT_BYTES, new Piece(WAY, SLOT, SLOT_BYTES - 1), 1),
                pieces(new Piece(WAY, SLOT, SLOT_BYTES), 1, new Piece(WAY, SLOT, 1), SLOT_BYTES),
                pieces(new Piece(WAY, SLOT, -1), 2, new Piece(WAY, SLOT, Integer.MAX_VALUE), Long.MAX_VALUE),
                pieces(new Piece(WAY + 1, SLOT, 0), 1, new Piece(WAY, SLOT + 1, 0), 1),
                pieces(new Piece(WAY, SLOT, 10), 0, new Piece(WAY, SLOT, 10), -1));
    }

    // Each is followed by what is done with its landing: left open, then ended.
    private static byte[] pieces(Piece first, long bytes, Piece second, long secondBytes) {
        ByteBuffer out = ByteBuffer.allocate(2 * (PieceHeader.BYTES + 9));
        PieceHeader.write(out, 0, first);
        out.putLong(PieceHeader.BYTES, bytes);
        PieceHeader.write(out, PieceHeader.BYTES + 9, second);
        out.putLong(2 * PieceHeader.BYTES + 9, secondBytes).put(2 * PieceHeader.BYTES + 17, (byte) 1);
        return out.array();
    }

    @Override
    public void run(byte[] input) {
        InputReader in = new InputReader(input);
        SlotLandings slots = new SlotLandings(WAY, SLOT, SLOT_BYTES);
        List<Landing> open = new ArrayList<>();
        for (int i = 0; in.hasMore() && i < MOST_PIECES; i++) {
            byte[] header = Arrays.copyOf(in.bytes(PieceHeader.BYTES), PieceHeader.BYTES);
            long bytes = in.i64();
            Piece piece = PieceHeader.read(ByteBuffer.wrap(header));
            ByteBuffer again = ByteBuffer.allocate(PieceHeader.BYTES);
            PieceHeader.write(again, 0, piece);
            Finding.unless(Arrays.equals(header, again.array()), piece + " is not what was read");
            Optional<Landing> landing = slots.land(piece, bytes);
            boolean right = !slots.isGivenUp() && piece.way() == WAY && piece.slot() == SLOT && piece.offset() >= 0
                    && bytes >= 1 && bytes <= SLOT_BYTES - (long) piece.offset();
            Finding.unless(landing.isPresent() == right, piece + " of " + bytes + " bytes lands: " + landing.isPresent());
            landing.ifPresent(memory -> {
                slots.write(memory, piece.offset(), (int) bytes);
                open.add(memory);
            });
            int then = in.u8();
            if (then % 4 == 1 && !open.isEmpty()) {
                open.remove(0).ended();
            } else if (then % 4 == 2) {
                slots.giveUp();
            }
            checkFree(slots, open.size());
        }
        open.forEach(Landing::ended);
        slots.giveUp();
        checkFree(slots, 0);
    }

    private static void checkFree(SlotLandings slots, int landing) {
        boolean right = slots.isGivenUp() && landing == 0;
        Finding.unless(slots.isFree() == right, "the slot is free: " + slots.isFree() + ", on their way: " + landing);
    }
}
