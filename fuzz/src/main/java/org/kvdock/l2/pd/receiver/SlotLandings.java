package org.kvdock.l2.pd.receiver;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.kvdock.fuzz.Finding;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Piece;

/** One slot of one way in, as a receiver has it. For one thread. */
public final class SlotLandings implements Landings {
    private final Way way;
    private final OpenSlot slot;
    private final byte[] memory;
    private boolean givenUp;
    private boolean free;

    /** @param bytes the slot's length */
    public SlotLandings(long way, long number, int bytes) {
        this.way = new Way(way, null);
        this.memory = new byte[bytes];
        this.slot = new OpenSlot(ByteBuffer.wrap(memory));
        this.way.slots().put(number, slot);
    }

    @Override
    public Optional<Landing> land(Piece piece, long bytes) {
        OpenSlot found = piece.way() == way.number() ? way.slots().get(piece.slot()) : null;
        return found == null ? Optional.empty() : found.land(piece.offset(), bytes);
    }

    /** Writes all over a landing's memory, which must be that part of the slot and nothing else. */
    public void write(Landing landing, int offset, int bytes) {
        byte[] expected = memory.clone();
        byte mark = (byte) (memory[offset] + 1);
        Arrays.fill(expected, offset, offset + bytes, mark);
        ByteBuffer view = landing.memory();
        while (view.hasRemaining()) {
            view.put(mark);
        }
        Finding.unless(Arrays.equals(expected, memory), "a piece of " + bytes + " bytes at " + offset + " went somewhere else");
    }

    /** The receiver takes the slot back; it is free as soon as nothing is landing. */
    public void giveUp() {
        if (!givenUp) {
            givenUp = true;
            free = !slot.close(() -> free = true);
        }
    }

    /** @return whether it was taken back */
    public boolean isGivenUp() {
        return givenUp;
    }

    /** @return whether it was taken back and nobody writes into it any more */
    public boolean isFree() {
        return free;
    }
}
