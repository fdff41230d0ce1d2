package org.kvdock.l2.pd.zmq;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kvdock.cli.launch.Directories;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.l2.pd.security.KeyMaker;
import org.kvdock.l2.pd.security.Refusals;
import org.kvdock.l2.pd.security.Security;
import org.kvdock.l2.pd.security.SecuritySettings;
import org.kvdock.l2.pd.wire.MessageWriter;

/**
 * The alloc port as a stranger reaches it, ZeroMQ's own decoders and handshakes included, with security and without: whatever
 * is sent to it, it begins with the next one who comes.
 */
public final class AllocPortTarget implements FuzzTarget {
    /** More than a stranger has who does not go by himself: JeroMQ does not see that one of two of the same name has gone. */
    private static final int PATIENCE_MILLIS = 15_000;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int GREETING_BYTES = 64;
    /** Held here, or its level is forgotten. */
    private static final Logger REFUSED = Logger.getLogger(Refusals.class.getName());

    static {
        // Everybody here is refused.
        REFUSED.setLevel(Level.OFF);
    }

    private final AtomicReference<Throwable> trouble = new AtomicReference<>();
    private final int openPort = listen(Optional.empty());
    private final int securedPort = listen(Optional.of(keys()));
    private int connections;

    @Override
    public String name() {
        return "alloc-port";
    }

    private static Path keys() {
        try {
            Path directory = Files.createTempDirectory("kvdock-fuzz-keys");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Directories.remove(directory), "kvdock-fuzz-keys"));
            KeyMaker.make(directory, new KeyMaker.Plan(List.of("a"), List.of("r"), List.of(), 90));
            return directory.resolve("r");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int listen(Optional<Path> keys) {
        Security security = Security.open(
                "fuzz", new SecuritySettings(keys, Optional.empty(), Optional.empty(), false), false, List.of());
        ZmqLoop loop = new ZmqLoop("fuzz", 0, trouble::set);
        AllocPort port = new AllocPort(loop, security, (type, request, caller) ->
                caller.answer(new MessageWriter("Error", 1).text("text", "not here").bytes()));
        try {
            int bound = port.listen(InetAddress.getByAddress(LOOPBACK), List.of(0)).get(0);
            loop.start();
            return bound;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] greeting(String mechanism, int version) {
        ByteBuffer greeting = ByteBuffer.allocate(GREETING_BYTES);
        greeting.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) version).put((byte) 0);
        return greeting.put(mechanism.getBytes(StandardCharsets.US_ASCII)).array();
    }

    private static byte[] seed(boolean secured, byte[] greeting, int flags, long length, String body) {
        ByteArrayOutputStream seed = new ByteArrayOutputStream();
        seed.write(secured ? 1 : 0);
        seed.writeBytes(greeting);
        seed.writeBytes(ByteBuffer.allocate(9).put((byte) flags).putLong(length).array());
        seed.writeBytes(body.getBytes(StandardCharsets.ISO_8859_1));
        return seed.toByteArray();
    }

    @Override
    public List<byte[]> seeds() {
        String ready = "\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\0";
        return List.of(
                seed(false, greeting("NULL", 3), 6, ready.length(), ready),
                seed(true, greeting("CURVE", 3), 6, 200, "\5HELLO\1\0" + "k".repeat(192)),
                // Lengths whose highest bit is set: the one found JeroMQ's thread turning for ever, the other took 2 GiB.
                seed(true, greeting("CURVE", 3), 6, 0x80000000FFFFFFF0L, "x"),
                seed(false, greeting("NULL", 3), 2, 0x800000007FFFFFF0L, "x"),
                seed(false, greeting("PLAIN", 3), 6, 6, "\5HELLO"),
                seed(false, greeting("NULL", 1), 0, 0, "\1\0"));
    }

    @Override
    public void run(byte[] input) throws IOException {
        InputReader in = new InputReader(input);
        int port = in.u8() % 2 == 0 ? openPort : securedPort;
        try (Socket socket = knock(port)) {
            socket.getOutputStream().write(in.rest());
            socket.shutdownOutput();
            while (socket.getInputStream().read() >= 0) {
                // Until it has taken all of it, and let go.
            }
        } catch (SocketTimeoutException e) {
            throw new Finding("a connection whose other end has closed was not ended within " + PATIENCE_MILLIS + " ms", e);
        } catch (SocketException e) {
            // Reset, since there were bytes that nobody read.
        }
        for (int each : new int[] {openPort, securedPort}) {
            try (Socket next = knock(each)) {
                Finding.unless(next.getInputStream().read() == 0xff, "the next one was not greeted");
            } catch (SocketTimeoutException e) {
                throw new Finding("the next one was not greeted within " + PATIENCE_MILLIS + " ms", e);
            }
        }
        Throwable failed = trouble.getAndSet(null);
        if (failed != null) {
            throw new Finding("the loop's thread failed", failed);
        }
    }

    /** From ever other loopback addresses, so that ports of connections that are gone do not run out. */
    private Socket knock(int port) throws IOException {
        connections++;
        Socket socket = new Socket();
        byte[] from = {127, (byte) (1 + (connections >>> 14 & 0x7f)), (byte) (connections >>> 6), (byte) (1 + (connections & 63))};
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }
}
