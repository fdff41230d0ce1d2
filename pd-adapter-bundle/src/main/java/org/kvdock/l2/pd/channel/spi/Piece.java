package org.kvdock.l2.pd.channel.spi;

/**
 * Where a piece of a chunk goes.
 *
 * @param way a number that the receiver gave to one sender and told nobody else
 * @param slot the chunk's slot
 * @param offset where the piece begins in the chunk, in bytes
 */
public record Piece(long way, long slot, int offset) {}
