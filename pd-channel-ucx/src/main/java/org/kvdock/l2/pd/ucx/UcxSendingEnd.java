package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.channel.spi.Reach;
import org.kvdock.l2.pd.channel.spi.SendingEnd;
import org.openucx.jucx.UcxCallback;
import org.openucx.jucx.UcxUtils;
import org.openucx.jucx.ucp.UcpConstants;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpEndpoint;
import org.openucx.jucx.ucp.UcpEndpointParams;
import org.openucx.jucx.ucp.UcpMemory;
import org.openucx.jucx.ucp.UcpRequest;
import org.openucx.jucx.ucp.UcpWorker;

/**
 * A sender's end. Pieces are copied into registered buffers of its own, so UCX never sees a caller's memory (R7). Each is
 * announced first and moves when the receiver has said where to, so a send that is complete is one whose landing has
 * begun. That it has also ended does not follow: where UCX has no RDMA, its sends end before the bytes have come.
 */
final class UcxSendingEnd extends UcxEnd implements SendingEnd {
    private final byte[] worker;
    private final Consumer<IOException> failed;
    private final Consumer<UcxEnd> gone;
    private final PieceBuffers buffers;
    private final Queue<Integer> free = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    // The thread's own.
    private UcpMemory registered;
    private UcpEndpoint endpoint;
    private long piecesAddress;
    private long headersAddress;
    private int underWay;

    /**
     * @param worker the receiver's worker's address
     * @param buffers its own until nothing of it is left; it gives them back then
     * @param failed told when it is of no use any more
     * @param gone told when nothing of it is left
     */
    UcxSendingEnd(
            Reach reach, byte[] worker, PieceBuffers buffers, Consumer<IOException> failed, Consumer<UcxEnd> gone) {
        super(reach, "kvdock-ucx-sending");
        this.worker = worker;
        this.buffers = buffers;
        this.failed = failed;
        this.gone = gone;
        for (int i = 0; i < PieceBuffers.PIECES; i++) {
            free.add(i);
        }
        start();
    }

    @Override
    void opened(UcpContext context, UcpWorker own) {
        registered = context.registerMemory(buffers.pieces());
        piecesAddress = UcxUtils.getAddress(buffers.pieces());
        headersAddress = UcxUtils.getAddress(buffers.headers());
        ByteBuffer address = ByteBuffer.allocateDirect(worker.length).put(worker).clear();
        endpoint = own.newEndpoint(new UcpEndpointParams()
                .setUcpAddress(address)
                .setPeerErrorHandlingMode()
                .setErrorHandler((end, status, message) -> fail(new IOException("the receiver was lost: " + message))));
    }

    @Override
    public int pieceBytes() {
        return PieceBuffers.PIECE_BYTES;
    }

    @Override
    public boolean hasRoom() {
        return !free.isEmpty();
    }

    @Override
    public void put(Piece piece, ByteBuffer bytes, Runnable arrived) {
        int buffer = free.remove();
        int length = bytes.remaining();
        if (buffers.put(buffer, piece, bytes)) {
            execute(() -> send(buffer, length, arrived));
        }
    }

    private void send(int buffer, int length, Runnable arrived) {
        underWay++;
        UcxCallback callback = new UcxCallback() {
            @Override
            public void onSuccess(UcpRequest request) {
                underWay--;
                free.add(buffer);
                arrived.run();
            }

            @Override
            public void onError(int status, String message) {
                // The buffer stays out of use: this end is not used again.
                underWay--;
                fail(new IOException("a piece could not be sent: " + message));
            }
        };
        // Fetched by the receiver, who is told from whom: when it goes it has to end that.
        long flags = UcpConstants.UCP_AM_SEND_FLAG_RNDV | UcpConstants.UCP_AM_SEND_FLAG_REPLY;
        try {
            endpoint.sendAmNonBlocking(
                    PIECE, headersAddress + (long) buffer * PieceHeader.BYTES, PieceHeader.BYTES,
                    piecesAddress + (long) buffer * PieceBuffers.PIECE_BYTES, length, flags, callback, null);
        } catch (RuntimeException e) {
            fail(new IOException("a piece could not be sent: " + e.getMessage()));
        }
    }

    @Override
    void closing() throws Exception {
        if (endpoint != null) {
            UcpRequest request = endpoint.closeNonBlockingForce();
            // What is under way ends with an error.
            progressUntil(() -> request.isCompleted() && underWay == 0, "a piece that is being sent");
        }
    }

    @Override
    void released() {
        if (registered != null) {
            registered.deregister();
        }
    }

    @Override
    void closed(IOException cause, boolean freed) {
        buffers.end(freed);
        if (cause != null && !closed) {
            failed.accept(cause);
        }
        gone.accept(this);
    }

    @Override
    public void close() {
        closed = true;
        stop();
    }
}
