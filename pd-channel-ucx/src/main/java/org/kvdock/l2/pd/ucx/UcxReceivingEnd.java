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
import org.openucx.jucx.ucp.UcpEndpoint;
import org.openucx.jucx.ucp.UcpRequest;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucs.UcsConstants;

/**
 * A receiver's end. A piece is announced by a message; its bytes are fetched into the slot's memory only once PD has said
 * that they may land there (R15), and the memory is held until the fetch has ended, however it ends.
 */
final class UcxReceivingEnd extends UcxEnd implements ReceivingEnd {
    private final Landings landings;
    private final Consumer<IOException> failed;
    private final Consumer<UcxEnd> gone;
    private volatile boolean closed;
    // The thread's own.
    private final Set<Fetch> fetches = new HashSet<>();
    private volatile boolean isFreed;
    // Null before it is open.
    private volatile byte[] address;

    /**
     * @param failed told when it is of no use any more
     * @param gone told when nothing of it is left
     */
    UcxReceivingEnd(Reach reach, Landings landings, Consumer<IOException> failed, Consumer<UcxEnd> gone) throws IOException {
        super(reach, "kvdock-ucx-receiving");
        this.landings = landings;
        this.failed = failed;
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
        byte[] told = UcxAddress.encode(UcxRuntime.version(), bytes);
        if (told.length > MAX_ADDRESS_BYTES) {
            throw new IOException("UCX gives this worker an address of " + told.length + " bytes, too long to tell");
        }
        address = told;
    }

    @Override
    public byte[] address() {
        return address.clone();
    }

    // Nothing may be thrown into native code. A sender whose piece is rejected knows that this end is of no use any more;
    // one whose piece is dropped does not, since a slot may be given up while a piece is on its way to it.
    private int announced(long headerAddress, long headerBytes, UcpAmData data, UcpEndpoint sender) {
        if (isClosing()) {
            return UcsConstants.STATUS.UCS_ERR_REJECTED;
        }
        try {
            // What came without being asked for, or from nobody, is not what our senders send.
            if (headerBytes == PieceHeader.BYTES && !data.isDataValid() && sender != null) {
                ByteBuffer header = UcxUtils.getByteBufferView(headerAddress, headerBytes).order(ByteOrder.BIG_ENDIAN);
                Optional<Landing> landing = landings.land(PieceHeader.read(header), data.getLength());
                if (landing.isPresent() && !new Fetch(landing.get(), sender).start(data)) {
                    return UcsConstants.STATUS.UCS_ERR_REJECTED;
                }
            }
        } catch (RuntimeException | Error e) {
            fail(new IOException("a piece could not be taken: " + e));
            return UcsConstants.STATUS.UCS_ERR_REJECTED;
        }
        return UcsConstants.STATUS.UCS_OK;
    }

    /** One piece on its way into memory. Its callbacks come on the thread. */
    private final class Fetch extends UcxCallback {
        private final Landing landing;
        // UCX keeps it for as long as the fetch is under way.
        private final UcpEndpoint sender;
        private boolean ended;

        Fetch(Landing landing, UcpEndpoint sender) {
            this.landing = landing;
            this.sender = sender;
        }

        boolean start(UcpAmData data) {
            fetches.add(this);
            try {
                data.receive(UcxUtils.getAddress(landing.memory()), this);
                return true;
            } catch (RuntimeException e) {
                // For the sender's end, most likely, which has gone: nobody else's concern.
                end();
                return false;
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
    void closing() throws Exception {
        // UCX ends the process where a worker goes with a fetch under way, and a fetch ends with its bytes or its endpoint.
        // A close may end fetches at once.
        List<UcpEndpoint> senders = fetches.stream().map(fetch -> fetch.sender).distinct().toList();
        List<UcpRequest> closes = senders.stream().map(UcpEndpoint::closeNonBlockingForce).toList();
        progressUntil(
                () -> fetches.isEmpty() && closes.stream().allMatch(UcpRequest::isCompleted), "a piece that is being fetched");
    }

    @Override
    void closed(IOException cause, boolean freed) {
        isFreed = freed;
        gone.accept(this);
        // One that has not opened tells whoever waits for it.
        if (cause != null && address != null && !closed) {
            failed.accept(cause);
        }
    }

    @Override
    public void close() {
        closed = true;
        stop();
        if (!awaitGone(CLOSE_NANOS) || !isFreed) {
            throw new IllegalStateException("UCX has not let go of this end");
        }
    }
}
