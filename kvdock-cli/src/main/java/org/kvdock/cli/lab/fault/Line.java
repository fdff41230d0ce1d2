package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kvdock.relay.Gate;
import org.kvdock.relay.Relay;

/**
 * The network between a sender and a receiver: a relay before each of the receiver's ports. The transfer connection's is
 * read frame by frame, where it is not under TLS, and traps are set for frames. Safe for all threads; the traps are
 * guarded by their list's monitor, and run without it.
 */
final class Line implements AutoCloseable {
    /** Data on its way under TLS, as far as its size tells. */
    static final String PIECE = "Piece";

    private static final String UNKNOWN = "Unknown";
    private static final int MESSAGE_BYTES = 8 << 10;

    /** @return what the line knows a step's frame by: under TLS it sees pieces alone */
    static String frame(Step step, Channel channel) {
        return channel == Channel.TLS ? PIECE : step.frame(channel);
    }

    /** What is done in place of passing a frame on. */
    interface Hook {
        void passing(Frame frame, OutputStream out) throws IOException, InterruptedException;
    }

    private static final class Trap {
        private final String type;
        private final Hook hook;
        private final boolean once;
        private final CompletableFuture<Void> sprung = new CompletableFuture<>();
        private int left;

        private Trap(String type, int nth, boolean once, Hook hook) {
            this.type = type;
            this.left = nth;
            this.once = once;
            this.hook = hook;
        }
    }

    private final Gate gate = new Gate();
    private final List<Trap> traps = new ArrayList<>();
    private final CountDownLatch flowing = new CountDownLatch(1);
    private final Relay transfer;
    private final Relay alloc;

    /** @param readable whether what passes can be read as frames */
    Line(boolean readable) throws IOException {
        transfer = new Relay(0, readable ? this::tap : this::blindTap);
        alloc = new Relay(0, gate.taps());
    }

    private Relay.Tap tap(Relay.Connection connection, boolean toServer) {
        if (toServer) {
            // Nothing has passed yet: the step of connecting.
            take("").ifPresent(trap -> spring(trap, new Frame(connection, "", new byte[0]), OutputStream.nullOutputStream()));
        }
        return new FrameTap(connection, this::passing);
    }

    private void passing(Frame frame, OutputStream out) throws IOException, InterruptedException {
        gate.pass();
        Optional<Trap> trap = take(frame.type());
        if (trap.isPresent()) {
            trap.get().sprung.complete(null);
            trap.get().hook.passing(frame, out);
        } else {
            out.write(frame.bytes());
        }
    }

    // What cannot be read passes as pieces of any size.
    private Relay.Tap blindTap(Relay.Connection connection, boolean toServer) {
        return (bytes, length, out) ->
                passing(new Frame(connection, toServer && length > MESSAGE_BYTES ? PIECE : UNKNOWN, Arrays.copyOf(bytes, length)), out);
    }

    private static void spring(Trap trap, Frame frame, OutputStream out) {
        try {
            trap.sprung.complete(null);
            trap.hook.passing(frame, out);
        } catch (IOException | InterruptedException e) {
            frame.connection().cut();
        }
    }

    private Optional<Trap> take(String type) {
        synchronized (traps) {
            for (Trap trap : traps) {
                if (trap.type.equals(type) && --trap.left <= 0) {
                    if (trap.once) {
                        traps.remove(trap);
                    }
                    return Optional.of(trap);
                }
            }
        }
        return Optional.empty();
    }

    int transferPort() {
        return transfer.port();
    }

    int allocPort() {
        return alloc.port();
    }

    /** Leads new connections to a receiver's ports. */
    void lead(int transferPort, int allocPort) {
        transfer.lead(transferPort);
        alloc.lead(allocPort);
    }

    /**
     * Waits for a frame, once.
     *
     * @param type a message's type, {@link Frame#DATA}, or empty for a new connection
     * @param nth which of those that come from now on
     * @return completes when it has come, before the hook runs
     */
    CompletableFuture<Void> once(String type, int nth, Hook hook) {
        return set(new Trap(type, nth, true, hook));
    }

    /** Takes every frame of a type from now on, until {@link #clear}. */
    CompletableFuture<Void> each(String type, Hook hook) {
        return set(new Trap(type, 1, false, hook));
    }

    private CompletableFuture<Void> set(Trap trap) {
        synchronized (traps) {
            traps.add(trap);
        }
        return trap.sprung;
    }

    /** Forgets all traps. */
    void clear() {
        synchronized (traps) {
            traps.clear();
        }
    }

    /** Nothing passes, and no connection ends. */
    void silence() {
        gate.shut();
    }

    /** What was held passes, and what comes. */
    void speak() {
        gate.open();
    }

    /** Every connection is reset, and every new one. */
    void cut() {
        transfer.cut();
        alloc.cut();
    }

    /** New connections pass. */
    void mend() {
        transfer.mend();
        alloc.mend();
    }

    /** Holds the direction of a hook until the end of the scenario. */
    void hold() throws InterruptedException {
        flowing.await();
    }

    /** Writes one byte in each such time; what is left follows at the end of the scenario. */
    void drip(byte[] bytes, OutputStream out, long everyMillis) throws IOException, InterruptedException {
        int at = 0;
        while (at < bytes.length && !flowing.await(everyMillis, TimeUnit.MILLISECONDS)) {
            out.write(bytes, at++, 1);
            out.flush();
        }
        out.write(bytes, at, bytes.length - at);
    }

    /** Ends every fault of this line. */
    void heal() {
        clear();
        flowing.countDown();
        speak();
        mend();
    }

    @Override
    public void close() {
        heal();
        transfer.close();
        alloc.close();
    }
}
