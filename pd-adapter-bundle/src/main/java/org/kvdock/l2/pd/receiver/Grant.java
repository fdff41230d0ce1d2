package org.kvdock.l2.pd.receiver;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * A slot that is reserved and not committed. Its number is never used again in this epoch, so whatever still comes for it
 * later can do no harm. For the reactor's thread.
 */
final class Grant {
    final long number;
    final InboundTransfer transfer;
    final int index;
    final Slot slot;
    private final CRC32C checksum = new CRC32C();
    private int received;
    private boolean ended;

    Grant(long number, InboundTransfer transfer, int index, Slot slot) {
        this.number = number;
        this.transfer = transfer;
        this.index = index;
        this.slot = slot;
    }

    ObjectKey key() {
        return transfer.keys.get(index);
    }

    /** @return where the frame's bytes go */
    ByteBuffer receive(int offset, int bytes) throws ProtocolException {
        if (offset != received || bytes > slot.length() - offset) {
            throw new ProtocolException(
                    "data range", "[" + offset + ", " + ((long) offset + bytes) + ")",
                    "from " + received + " on, inside [0, " + slot.length() + ")");
        }
        return slot.view().position(offset).limit(offset + bytes);
    }

    /** The frame that was being received is complete. */
    void receivedTo(int end) {
        checksum.update(slot.view().position(received).limit(end));
        received = end;
    }

    /** @return whether exactly these bytes are in the slot */
    boolean holds(int length, int expectedChecksum) {
        if (length != slot.length() || !transfer.owner.isWritten(this)) {
            return false;
        }
        if (transfer.owner.writesInPlace()) {
            checksum.reset();
            checksum.update(slot.view());
            received = length;
        }
        return received == length && (int) checksum.getValue() == expectedChecksum;
    }

    int checksum() {
        return (int) checksum.getValue();
    }

    /** The slot is not this transfer's any more. */
    void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }
}
