package org.kvdock.l2.pd.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.pd.channel.spi.Piece;

/** Memory of sending ends: whose it is, and when it is somebody else's. */
class PieceBuffersTest {
    private final BufferPool pool = new BufferPool();

    private static ByteBuffer bytes(int first) {
        return ByteBuffer.allocate(3).put((byte) first).clear();
    }

    @Test
    @DisplayName("memory of an end that has gone is taken by the next one; a piece that the old one still gets is written nowhere")
    void takenAgain() throws IOException {
        PieceBuffers first = pool.take();
        assertTrue(first.put(1, new Piece(7, 8, 9), bytes(5)));
        ByteBuffer pieces = first.pieces();
        assertEquals(5, pieces.get(PieceBuffers.PIECE_BYTES));
        assertEquals(new Piece(7, 8, 9), PieceHeader.read(first.headers().slice(PieceHeader.BYTES, PieceHeader.BYTES)));
        first.end(true);
        PieceBuffers second = pool.take();
        assertSame(pieces, second.pieces());
        assertTrue(second.put(1, new Piece(1, 2, 3), bytes(6)));
        assertFalse(first.put(1, new Piece(7, 8, 9), bytes(5)));
        assertEquals(6, pieces.get(PieceBuffers.PIECE_BYTES));
        assertEquals(1, pool.allocated());
    }

    @Test
    @DisplayName("memory that UCX has not let go of is nobody else's, ever; ends at the same time have different memory")
    void notTaken() throws IOException {
        PieceBuffers first = pool.take();
        PieceBuffers second = pool.take();
        assertNotSame(first.pieces(), second.pieces());
        ByteBuffer pieces = first.pieces();
        first.end(false);
        first.end(true);
        PieceBuffers third = pool.take();
        assertNotSame(pieces, third.pieces());
        assertEquals(3, pool.allocated());
    }
}
