package org.kvdock.l2.pd.channel.spi;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Says where pieces go that come in. Safe for all threads; never blocks. */
@ProviderType
public interface Landings {
    /** Memory that stays until {@link #ended()}. */
    @ProviderType
    interface Landing {
        /** @return a direct view of exactly the piece's bytes; whoever holds it keeps the memory from being freed */
        ByteBuffer memory();

        /** The channel writes no more into the memory, whether or not all bytes came; called once. */
        void ended();
    }

    /**
     * A piece is about to come. Where, and how long it is, the other side says: it is checked here.
     *
     * @param piece where it goes
     * @param bytes how long it is
     * @return its memory; empty if it is to be dropped
     */
    Optional<Landing> land(Piece piece, long bytes);
}
