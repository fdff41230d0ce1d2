package org.kvdock.l2.pd.ucx;

import java.nio.ByteBuffer;
import org.kvdock.l2.pd.channel.spi.Piece;

/**
 * The memory that one sending end copies pieces into and UCX sends from: a guarded handle. Whoever still has a piece when
 * the end has gone writes nowhere, since the memory may be another end's by then.
 *
 * <p>The monitor guards the memory against its end; a copy holds it. UCX reads without it: a piece is UCX's from its
 * {@link #put} until it has been sent.
 */
final class PieceBuffers {
    static final int PIECE_BYTES = 512 << 10;
    static final int PIECES = 16;

    /** What is taken again when its end has gone. */
    record Memory(ByteBuffer pieces, ByteBuffer headers) {
        static Memory allocate() {
            return new Memory(
                    ByteBuffer.allocateDirect(PIECES * PIECE_BYTES), ByteBuffer.allocateDirect(PIECES * PieceHeader.BYTES));
        }
    }

    private final Memory memory;
    private final BufferPool pool;
    private boolean ended;

    /** @param pool takes the memory back */
    PieceBuffers(Memory memory, BufferPool pool) {
        this.memory = memory;
        this.pool = pool;
    }

    /** @return what UCX sends pieces from; only before {@link #end} */
    ByteBuffer pieces() {
        return memory.pieces();
    }

    /** @return what UCX sends headers from; only before {@link #end} */
    ByteBuffer headers() {
        return memory.headers();
    }

    /**
     * Copies a piece.
     *
     * @param buffer where to, one that UCX is not sending
     * @return whether there was still memory to copy it to
     */
    synchronized boolean put(int buffer, Piece piece, ByteBuffer bytes) {
        if (ended) {
            return false;
        }
        memory.pieces().put(buffer * PIECE_BYTES, bytes, bytes.position(), bytes.remaining());
        PieceHeader.write(memory.headers(), buffer * PieceHeader.BYTES, piece);
        return true;
    }

    /** @param freed whether UCX has let go of the memory; otherwise nobody else ever gets it */
    synchronized void end(boolean freed) {
        if (!ended && freed) {
            pool.giveBack(memory);
        }
        ended = true;
    }
}
