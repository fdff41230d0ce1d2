package org.kvdock.l2.pd.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Bytes through TLS. The handshake goes along with reads and writes; its long computations run on the reactor's helper
 * thread, so that a stranger's handshake costs nobody else's transfer. Until both ends have shown who they are, no byte
 * is handed out or taken, and the buffers hold one record each.
 *
 * <pre>
 *  HANDSHAKING --long computation--> COMPUTING --done--> HANDSHAKING
 *  HANDSHAKING --finished, and the peer is one of ours--> ESTABLISHED
 *  any --the other end says good-bye or closes--> ENDED
 * </pre>
 */
final class TlsWire implements Wire {
    /** Records that go out or come in with one system call. */
    private static final int BATCH = 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private enum State {
        HANDSHAKING, COMPUTING, ESTABLISHED, ENDED
    }

    private final Reactor reactor;
    private final SocketChannel channel;
    private final Wiring wiring;
    private final SSLEngine engine;
    private final Runnable resume;
    private State state = State.HANDSHAKING;
    private Optional<String> peer = Optional.empty();
    // Both are ready to be filled, not to be read, between calls.
    private ByteBuffer incoming;
    private ByteBuffer outgoing;
    private boolean incomplete;

    /** @param resume runs on the reactor's thread when {@link #wantsChannel} has turned true */
    TlsWire(Reactor reactor, SocketChannel channel, Wiring wiring, SSLEngine engine, Runnable resume) throws SSLException {
        engine.beginHandshake();
        this.reactor = reactor;
        this.channel = channel;
        this.wiring = wiring;
        this.engine = engine;
        this.resume = resume;
        this.incoming = ByteBuffer.allocate(packetBytes());
        this.outgoing = ByteBuffer.allocate(packetBytes());
    }

    private int packetBytes() {
        return engine.getSession().getPacketBufferSize();
    }

    @Override
    public int read(ByteBuffer... into) throws IOException {
        for (;;) {
            if (!proceed()) {
                return state == State.ENDED ? -1 : 0;
            }
            if (incoming.position() == 0 || incomplete) {
                int got = channel.read(incoming);
                if (got <= 0) {
                    return got;
                }
                incomplete = false;
            }
            SSLEngineResult result = unwrap(into);
            if (result.bytesProduced() > 0) {
                return result.bytesProduced();
            }
        }
    }

    private SSLEngineResult unwrap(ByteBuffer... into) throws IOException {
        incoming.flip();
        SSLEngineResult result = engine.unwrap(incoming, into);
        incoming.compact();
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            if (!incoming.hasRemaining()) {
                throw new SSLException("a record that is longer than " + incoming.capacity() + " bytes");
            }
            incomplete = true;
        } else if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            throw new IllegalStateException("less than " + LEAST_ROOM + " bytes to read into");
        } else if (result.getStatus() == Status.CLOSED) {
            state = State.ENDED;
        }
        if (result.bytesProduced() > 0 && state != State.ESTABLISHED && state != State.ENDED) {
            throw new SSLException("data before the handshake was done");
        }
        noteFinished(result.getHandshakeStatus());
        return result;
    }

    /** @return whether the handshake waits for nothing but bytes that come, or is done */
    private boolean proceed() throws IOException {
        while (state == State.HANDSHAKING || state == State.ESTABLISHED) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                compute();
            } else if (status == HandshakeStatus.NEED_WRAP) {
                if (!flush()) {
                    return false;
                }
                wrap(NOTHING);
                flush();
            } else {
                noteFinished(status);
                return true;
            }
        }
        return false;
    }

    private void noteFinished(HandshakeStatus status) throws IOException {
        boolean done = status == HandshakeStatus.FINISHED || status == HandshakeStatus.NOT_HANDSHAKING;
        if (state == State.HANDSHAKING && done) {
            peer = Optional.of(wiring.peer(engine.getSession()));
            state = State.ESTABLISHED;
            incoming = larger(incoming);
            outgoing = larger(outgoing);
        }
    }

    private static ByteBuffer larger(ByteBuffer small) {
        return ByteBuffer.allocateDirect(BATCH * small.capacity()).put(small.flip());
    }

    private void compute() {
        Runnable task = engine.getDelegatedTask();
        if (task == null) {
            return;
        }
        if (state == State.ESTABLISHED) {
            // Nothing long comes after the handshake.
            task.run();
            return;
        }
        state = State.COMPUTING;
        reactor.compute(task, () -> {
            if (state == State.COMPUTING) {
                state = State.HANDSHAKING;
                resume.run();
            }
        });
    }

    @Override
    public boolean write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            if (!proceed() || state != State.ESTABLISHED) {
                return false;
            }
            if (outgoing.remaining() < packetBytes() && !flush()) {
                return false;
            }
            wrap(from);
        }
        flush();
        return true;
    }

    private void wrap(ByteBuffer from) throws IOException {
        SSLEngineResult result = engine.wrap(from, outgoing);
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("the connection is closed for what goes out");
        }
        noteFinished(result.getHandshakeStatus());
    }

    private boolean flush() throws IOException {
        if (outgoing.position() > 0) {
            outgoing.flip();
            try {
                channel.write(outgoing);
            } finally {
                outgoing.compact();
            }
        }
        return outgoing.position() == 0;
    }

    @Override
    public boolean hasUnsent() {
        return outgoing.position() > 0;
    }

    @Override
    public boolean wantsChannel() {
        return state != State.COMPUTING;
    }

    @Override
    public boolean hasBuffered() {
        return incoming.position() > 0 && !incomplete && state != State.COMPUTING;
    }

    @Override
    public boolean isEstablished() {
        return state == State.ESTABLISHED;
    }

    @Override
    public Optional<String> peer() {
        return peer;
    }

    @Override
    public void close() {
        // While something is computed the engine is not ours to touch.
        boolean polite = state != State.COMPUTING;
        state = State.ENDED;
        try (channel) {
            if (polite) {
                engine.closeOutbound();
                if (outgoing.remaining() >= packetBytes()) {
                    engine.wrap(NOTHING, outgoing);
                }
                flush();
            }
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
