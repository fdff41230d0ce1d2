package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Landings.Landing;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.openucx.jucx.UcxCallback;
import org.openucx.jucx.UcxUtils;
import org.openucx.jucx.ucp.UcpAmData;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpRequest;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucs.UcsConstants;

/**
 * A receiver's end. A piece is announced by a message; its bytes are fetched into the slot's memory only once PD has said
 * that they may land there (R15), and the memory is held until the fetch has ended, however it ends.
 */
final class UcxReceivingEnd extends UcxEnd implements ReceivingEnd {
    private final Landings landings;
    private final Consumer<UcxEnd> gone;
    // The thread's own.
    private final Set<Fetch> fetches = new HashSet<>();
    private volatile byte[] address;

    /** @param gone told when nothing of it is left */
    UcxReceivingEnd(Reach reach, Landings landings, Consumer<UcxEnd> gone) throws IOException {
        super(reach, "kvdock-ucx-receiving");
        this.landings = landings;
        this.gone = gone;
        start();
        awaitOpen();
    }

    @Override
    void opened(UcpContext context, UcpWorker worker) throws IOException {
        worker.setAmRecvHandler(PIECE, this::announced);
        ByteBuffer own = worker.getAddress();
        byte[] bytes = new byte[own.remaining()];
        own.get(bytes);
        address = UcxAddress.encode(UcxRuntime.version(), bytes);
        if (address.length > MAX_ADDRESS_BYTES) {
            throw new IOException("UCX gives this worker an address of " + address.length + " bytes, too long to tell");
        }
    }

    @Override
    public byte[] address() {
        return address.clone();
    }

    // Nothing may be thrown into native code.
    private int announced(long headerAddress, long headerBytes, UcpAmData data, Object replyTo) {
        try {
            // What came without being asked for is not what our senders send.
            if (headerBytes == PieceHeader.BYTES && !data.isDataValid()) {
                ByteBuffer header = UcxUtils.getByteBufferView(headerAddress, headerBytes).order(ByteOrder.BIG_ENDIAN);
                Optional<Landing> landing = landings.land(PieceHeader.read(header), data.getLength());
                landing.ifPresent(memory -> new Fetch(memory).start(data));
            }
        } catch (RuntimeException | Error e) {
            fail(new IOException("a piece could not be taken: " + e));
        }
        return UcsConstants.STATUS.UCS_OK;
    }

    /** One piece on its way into memory. Its callbacks come on the thread. */
    private final class Fetch extends UcxCallback {
        private final Landing landing;
        private boolean ended;

        Fetch(Landing landing) {
            this.landing = landing;
        }

        void start(UcpAmData data) {
            fetches.add(this);
            try {
                data.receive(UcxUtils.getAddress(landing.memory()), this);
            } catch (RuntimeException e) {
                end();
            }
        }

        void end() {
            if (!ended) {
                ended = true;
                fetches.remove(this);
                landing.ended();
            }
        }

        @Override
        public void onSuccess(UcpRequest request) {
            end();
        }

        @Override
        public void onError(int status, String message) {
            // The sender never commits what did not arrive.
            end();
        }
    }

    @Override
    void closing() {
        // The worker takes what is under way with it.
    }

    @Override
    void closed(IOException cause) {
        List.copyOf(fetches).forEach(Fetch::end);
        gone.accept(this);
    }

    @Override
    public void close() {
        stop();
        awaitGone();
    }
}
