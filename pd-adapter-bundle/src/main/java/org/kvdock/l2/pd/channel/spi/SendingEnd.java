package org.kvdock.l2.pd.channel.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** A sender's end of a channel. For one thread, but for what it calls back. */
@ConsumerType
public interface SendingEnd extends AutoCloseable {
    /** @return longest piece in bytes */
    int pieceBytes();

    /** @return whether {@link #put} takes a piece now; if not, one that arrives makes room */
    boolean hasRoom();

    /**
     * Sends a piece. The bytes are copied before it returns: whoever owns them may do with them what he likes (R7). On an
     * end that has failed or was closed nothing happens.
     *
     * @param piece where it goes
     * @param bytes at most {@link #pieceBytes()} remaining; whether the buffer's position moves to its limit or stays is
     *     not said
     * @param arrived called once when the receiver's {@link Landings} has been asked for the piece, and its bytes are in
     *     the memory that it gave or on their way into it; on any thread, not at all if the end fails or is closed first
     */
    void put(Piece piece, ByteBuffer bytes, Runnable arrived);

    /** Lets go of it, and of what is under way, without waiting. May be called again. */
    @Override
    void close();
}
