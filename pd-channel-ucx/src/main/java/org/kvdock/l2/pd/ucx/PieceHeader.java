package org.kvdock.l2.pd.ucx;

import java.nio.ByteBuffer;
import org.kvdock.l2.pd.channel.spi.Piece;

/**
 * What stands before a piece's bytes. Big-endian.
 *
 * <pre>
 *  0        8        16       20
 *  +--------+--------+--------+
 *  | way    | slot   | offset |
 *  | u64    | u64    | u32    |
 *  +--------+--------+--------+
 * </pre>
 */
final class PieceHeader {
    static final int BYTES = 20;

    private PieceHeader() {}

    static void write(ByteBuffer to, int at, Piece piece) {
        to.putLong(at, piece.way()).putLong(at + 8, piece.slot()).putInt(at + 16, piece.offset());
    }

    /** @param from exactly {@value #BYTES} bytes */
    static Piece read(ByteBuffer from) {
        return new Piece(from.getLong(0), from.getLong(8), from.getInt(16));
    }
}
