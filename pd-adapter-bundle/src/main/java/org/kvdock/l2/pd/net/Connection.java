package org.kvdock.l2.pd.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.kvdock.l2.pd.wire.FrameDecoder;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * One transfer connection: frames in, frames out, never blocking. Messages go out before the data that follows them and
 * never overtake data that is in the outgoing buffer already, so a commit sent after a chunk's last slice arrives after
 * it. For the reactor's thread.
 */
public final class Connection implements Reactor.Handler {
    private static final int IN_BYTES = 256 << 10;
    private static final int OUT_BYTES = 256 << 10;
    /** What a side that has not greeted gets to send from. */
    private static final int GREETING_OUT_BYTES = 8 << 10;
    /** Bytes read in one turn at the most, so that one flooding peer leaves room for the others. */
    private static final int TURN_BYTES = 4 << 20;
    /** Messages that the other side does not take; past it the connection is given up. */
    private static final long MAX_QUEUED_BYTES = 64L << 20;

    /** The connection's user. */
    public interface Peer extends FrameDecoder.Sink {
        /** The connection is of no use any more; called once. */
        void lost(Throwable cause);

        /** The other side has closed it too, or its process is gone; called once, after {@link #lost}. */
        default void gone() {}

        /**
         * Puts data frames into the outgoing buffer.
         *
         * @param out room for at least one header and a slice
         * @return whether there is more to put
         */
        boolean fill(ByteBuffer out);
    }

    private final Reactor reactor;
    private final SocketChannel channel;
    private final Wire wire;
    private final SelectionKey key;
    private final Peer peer;
    private final FrameDecoder decoder;
    // Small until the other side has greeted: strangers cost little memory.
    private ByteBuffer in = ByteBuffer.allocate(Wire.LEAST_ROOM);
    private ByteBuffer out = ByteBuffer.allocate(GREETING_OUT_BYTES).limit(0);
    private int interest = SelectionKey.OP_READ;
    private final ArrayDeque<ByteBuffer> messages = new ArrayDeque<>();
    private long queuedBytes;
    private boolean dataWaiting;
    private boolean writeAsked;
    private boolean open = true;
    private boolean fenced;
    private long lastHeardNanos = System.nanoTime();

    /**
     * @param reactor serves it
     * @param channel connected
     * @param wiring how it is protected
     * @param connecting whether this side has connected
     * @param peer its user
     */
    public Connection(Reactor reactor, SocketChannel channel, Wiring wiring, boolean connecting, Peer peer)
            throws IOException {
        this.reactor = reactor;
        this.channel = channel;
        this.peer = peer;
        this.decoder = new FrameDecoder(peer);
        SSLEngine engine = wiring.engine(connecting);
        this.wire = engine == null
                ? new PlainWire(channel)
                : new TlsWire(reactor, channel, wiring, engine, this::resume);
        this.key = reactor.register(channel, interest, this);
        if (!wire.isEstablished()) {
            reactor.execute(this::resume);
        }
    }

    /** The hello is done. */
    public void greeted(boolean dataAllowed) {
        decoder.greeted(dataAllowed);
        in = ByteBuffer.allocateDirect(IN_BYTES);
        out = ByteBuffer.allocateDirect(OUT_BYTES).put(out).flip();
    }

    /** @return the other side's name, where it had to show that it is the one who bears it */
    public Optional<String> peerName() {
        return wire.peer();
    }

    /** When this side gives the connection up, it is kept until the other side has closed it too. */
    public void fence() {
        fenced = true;
    }

    /** @return {@link System#nanoTime()} of the last bytes that came */
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** Sends a message, as soon as the other side takes it. */
    public void send(Message message) {
        if (!open) {
            return;
        }
        ByteBuffer frame = FrameHeader.frame(MessageCodec.encode(message));
        queuedBytes += frame.remaining();
        if (queuedBytes > MAX_QUEUED_BYTES) {
            // Later, since the caller is in the middle of something.
            reactor.execute(() -> close(new ProtocolException(
                    "bytes of messages that the other side does not take", MAX_QUEUED_BYTES, "less")));
            return;
        }
        messages.add(frame);
        askToWrite();
    }

    /** There is data: {@link Peer#fill} will be called. */
    public void dataReady() {
        dataWaiting = true;
        if (open) {
            askToWrite();
        }
    }

    private void askToWrite() {
        writeAsked = true;
        listen();
    }

    // Asks the selector for what the wire and the messages need.
    private void listen() {
        if (!open) {
            return;
        }
        int wanted = 0;
        if (wire.wantsChannel()) {
            boolean write = wire.hasUnsent() || writeAsked && wire.isEstablished();
            wanted = write ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        }
        if (wanted != interest) {
            interest = wanted;
            key.interestOps(wanted);
        }
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        if (!open) {
            discard();
            return;
        }
        if (key.isReadable()) {
            read();
        }
        if (open && key.isWritable()) {
            write();
            if (open && wire.hasBuffered()) {
                read();
            }
        }
        listen();
    }

    // The wire has done what it had to do before it needs the channel again, or has more than fits into one turn.
    private void resume() {
        if (!open) {
            return;
        }
        try {
            read();
            listen();
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        }
    }

    private void read() throws IOException {
        for (int turn = 0; turn < TURN_BYTES && open; ) {
            ByteBuffer target = decoder.directTarget();
            int room = in.remaining();
            int got;
            if (target != null && target.remaining() >= IN_BYTES / 8) {
                room += target.remaining();
                got = wire.read(target, in);
                if (got > 0) {
                    decoder.directFilled();
                    Reactor.forgetInterrupt();
                }
            } else {
                got = wire.read(in);
            }
            if (got < 0) {
                throw new EOFException("the other side has closed the connection");
            }
            if (got == 0) {
                return;
            }
            turn += got;
            lastHeardNanos = System.nanoTime();
            in.flip();
            decoder.feed(in);
            in.clear();
            Reactor.forgetInterrupt();
            if (got < room && !wire.hasBuffered()) {
                return;
            }
        }
        if (wire.hasBuffered()) {
            reactor.execute(this::resume);
        }
    }

    private void write() throws IOException {
        for (;;) {
            if (!out.hasRemaining()) {
                refill();
                if (!out.hasRemaining() && messages.isEmpty()) {
                    writeAsked = false;
                    wire.write(out);
                    return;
                }
            }
            if (!wire.write(out)) {
                return;
            }
        }
    }

    private void refill() {
        out.clear();
        boolean partly = false;
        while (!messages.isEmpty() && out.hasRemaining()) {
            ByteBuffer frame = messages.peek();
            int part = Math.min(frame.remaining(), out.remaining());
            out.put(out.position(), frame, frame.position(), part);
            out.position(out.position() + part);
            frame.position(frame.position() + part);
            queuedBytes -= part;
            partly = frame.hasRemaining();
            if (!partly) {
                messages.poll();
            }
        }
        if (!partly && dataWaiting && out.remaining() > FrameHeader.DATA_HEADER_BYTES) {
            dataWaiting = peer.fill(out);
        }
        out.flip();
    }

    // Given up on this side: only the other side's end is waited for.
    private void discard() throws IOException {
        int got = 1;
        for (int turn = 0; turn < TURN_BYTES && got > 0; turn += got) {
            in.clear();
            got = channel.read(in);
        }
        if (got < 0) {
            shut();
        }
    }

    @Override
    public void failed(Throwable cause) {
        // What TLS makes of its bytes says nothing of the other side's process.
        boolean byPeer = cause instanceof IOException
                && !(cause instanceof ProtocolException) && !(cause instanceof SSLException);
        if (!open) {
            shut();
        } else {
            giveUp(cause, byPeer);
        }
    }

    /** Gives the connection up; its user is told. */
    public void close(Throwable cause) {
        if (open) {
            giveUp(cause, false);
        }
    }

    private void giveUp(Throwable cause, boolean byPeer) {
        open = false;
        messages.clear();
        peer.lost(cause);
        if (byPeer || !fenced) {
            shut();
            return;
        }
        // Nobody needs more than the end from here on, and it may take long.
        in = ByteBuffer.allocate(Wire.LEAST_ROOM);
        out = ByteBuffer.allocate(0);
        try {
            key.interestOps(SelectionKey.OP_READ);
            channel.shutdownOutput();
        } catch (IOException e) {
            shut();
        }
    }

    private void shut() {
        if (!channel.isOpen()) {
            return;
        }
        key.cancel();
        wire.close();
        peer.gone();
    }

    public boolean isOpen() {
        return open;
    }
}
