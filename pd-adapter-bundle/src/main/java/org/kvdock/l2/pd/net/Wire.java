package org.kvdock.l2.pd.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The bytes of one connection as its two ends see them, on the way plain or encrypted. Never blocks. For the reactor's
 * thread.
 */
interface Wire {
    /** Room that {@link #read} needs at least, in all its buffers together. */
    int LEAST_ROOM = 32 << 10;

    /**
     * @param into where bytes go, one after the other; at least {@link #LEAST_ROOM} together
     * @return how many came; 0 for none now, -1 for none ever again
     */
    int read(ByteBuffer... into) throws IOException;

    /**
     * Takes bytes that are to go out. What it has taken may wait inside for the channel, and goes on with the next call,
     * also one with nothing to take.
     *
     * @return whether it took all of them; otherwise it takes more when the channel can be written or it is established
     */
    boolean write(ByteBuffer from) throws IOException;

    /** @return whether something waits inside for the channel */
    boolean hasUnsent();

    /** @return whether the channel is of use now: not while something is computed that must come first */
    boolean wantsChannel();

    /** @return whether {@link #read} has something although the channel may have nothing */
    boolean hasBuffered();

    /** @return whether both ends have shown who they are, where that is asked for */
    boolean isEstablished();

    /** @return the other end's name, where it has shown one */
    Optional<String> peer();

    /** Closes the channel, saying good-bye if that is possible at once. */
    void close();
}
