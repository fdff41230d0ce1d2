package org.kvdock.l2.pd.channel.spi;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way for chunks' bytes beside the transfer connection. A receiver opens one end of it, each sender that chose it one
 * of its own. Safe for all threads; it may come and go while adapters use it: when it goes, it closes its ends itself and
 * tells their users.
 */
@ConsumerType
public interface TransferChannel {
    /** @return what it is called in the hello, in {@code status} and in measurements: lower case letters, digits and {@code _} */
    String name();

    /**
     * Looks whether it can work on this machine, without any risk for this process. Asked often, also by threads that must
     * not be held up: what takes long is remembered.
     *
     * @return why not and what to do about it, in one line; empty if it can
     */
    Optional<String> obstacle();

    /**
     * Opens a receiver's end. May block: libraries are loaded, devices are looked for. Where it throws, nothing is left
     * behind.
     *
     * @param reach who must be able to reach it
     * @param landings asked where each piece goes
     * @param failed told once why the end is of no use any more, unless it was closed first; on any thread, also before
     *     this returns. Whoever is told closes it, on another thread
     * @return the end, open
     * @throws IOException if it cannot be opened; {@code failed} is not told of that
     */
    ReceivingEnd receive(Reach reach, Landings landings, Consumer<IOException> failed) throws IOException;

    /**
     * Opens a sender's end. Returns at once, without waiting for anybody; what goes wrong afterwards is told.
     *
     * @param reach who must be reached
     * @param address what {@link ReceivingEnd#address()} said; comes from the other side and is not to be trusted
     * @param failed told once why the end is of no use any more, unless it was closed first; on any thread
     * @return the end, open or about to be
     * @throws IOException if the address cannot be one
     */
    SendingEnd send(Reach reach, byte[] address, Consumer<IOException> failed) throws IOException;
}
