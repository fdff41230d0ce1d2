package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.security.CurveKeys;
import org.kvdock.l2.pd.security.TestKeys;
import org.kvdock.l2.pd.security.Warnings;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** The alloc port of a secured receiver, and who knocks at it; and of one without security, where garbage is garbage too. */
class SecuredAllocPortTest {
    private static final int REFUSED_MILLIS = 700;

    private final Warnings warnings = new Warnings();
    private final ZContext context = new ZContext();
    private final L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "security_dir", TestKeys.of("r").toString());
    private final L2Adapter friend = Pd.sender(
            receiver, "security_dir", TestKeys.of("a").toString(), "peer_key", "r", "lookup_timeout_ms", 30_000);
    private final Caller asking = new Caller(friend);

    @AfterEach
    void close() {
        asking.close();
        friend.close();
        receiver.close();
        context.close();
        warnings.close();
    }

    private void assertFriendIsAnswered() {
        List<ObjectKey> keys = Chunks.keys("k", 2);
        assertTrue(asking.store(keys, Chunks.buffers(keys, 100)).success());
        assertEquals("11", asking.lookup(keys).bitmap().toString());
    }

    private static CurveKeys curve(Path file) throws IOException {
        return CurveKeys.parse(Files.readString(file));
    }

    private ZMQ.Socket dealer(CurveKeys own, CurveKeys server) {
        ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
        socket.setLinger(0);
        // As this side's own sockets do, and for the same reason: JeroMQ forgets to begin now and then.
        socket.setHandshakeIvl(300);
        if (own != null) {
            socket.setCurvePublicKey(own.publicBytes());
            socket.setCurveSecretKey(own.secretBytes());
            socket.setCurveServerKey(server.publicBytes());
        }
        socket.connect("tcp://127.0.0.1:" + Pd.port(receiver, "peer_alloc_port"));
        return socket;
    }

    private static void ask(ZMQ.Socket socket) {
        socket.send(new MessageWriter("CacheQueryRequest", 1).texts("keys", List.of()).bytes());
    }

    private void assertNotAnswered(ZMQ.Socket socket) {
        ask(socket);
        socket.setReceiveTimeOut(REFUSED_MILLIS);
        assertNull(socket.recv());
        socket.close();
    }

    @Test
    @DisplayName("case 56: CURVE lets a known client in, and its requests are answered")
    void known() throws Exception {
        CurveKeys server = curve(TestKeys.of("b").resolve("peers/r.curve"));
        ZMQ.Socket socket = dealer(curve(TestKeys.of("b").resolve("identity.curve")), server);
        socket.setReceiveTimeOut((int) Caller.patience().toMillis());
        ask(socket);
        byte[] answer = socket.recv();
        assertNotNull(answer);
        assertEquals("CacheQueryResponse", Fields.decode(answer).text("type", 64));
        // A connection that JeroMQ forgot to begin is closed and opened again, which is told; its key is not refused.
        assertEquals(List.of(), warnings.lines("CURVE key is of nobody"));
    }

    @Test
    @DisplayName("case 56: a client without keys is not answered, and is logged once with its address")
    void plain() throws InterruptedException {
        assertNotAnswered(dealer(null, null));
        String line = warnings.await("alloc port");
        assertTrue(line.matches(".*refused 127\\.0\\.0\\.1:[0-9]+ on the alloc port: .*"), line);
        assertFriendIsAnswered();
        // The friend may have needed a second connection, which has another address.
        assertEquals(
                warnings.lines("alloc port").size(), Set.copyOf(warnings.lines("alloc port")).size(), warnings.lines().toString());
    }

    @Test
    @DisplayName("case 56: a client that nobody here knows is not answered, and is logged once with its address")
    void wrongClient() throws Exception {
        assertNotAnswered(dealer(
                curve(TestKeys.stranger("x").resolve("identity.curve")), curve(TestKeys.of("a").resolve("peers/r.curve"))));
        assertEquals(
                1, List.of(warnings.await("refused 127.0.0.1 on the alloc port", "CURVE key is of nobody")).size());
        assertFriendIsAnswered();
        assertEquals(1, warnings.lines("CURVE key is of nobody").size(), warnings.lines().toString());
    }

    @Test
    @DisplayName("case 56: a client that expects another server is not answered")
    void wrongServer() throws Exception {
        assertNotAnswered(dealer(
                curve(TestKeys.of("b").resolve("identity.curve")), curve(TestKeys.of("b").resolve("peers/q.curve"))));
        warnings.await("refused 127.0.0.1:", "alloc port");
        assertFriendIsAnswered();
    }

    // ---- by hand ----

    private static Socket knock(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Caller.patience().toMillis());
        return socket;
    }

    private Socket knock() throws IOException {
        return knock(Pd.port(receiver, "peer_alloc_port"));
    }

    private static byte[] greeting(int version, String mechanism) {
        ByteBuffer greeting = ByteBuffer.allocate(64).put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) version);
        if (version < 3) {
            // The socket type DEALER, and an empty identity.
            return Arrays.copyOf(greeting.put((byte) 5).put((byte) 0).put((byte) 0).array(), 14);
        }
        greeting.put((byte) 0).put(mechanism.getBytes(StandardCharsets.US_ASCII));
        return greeting.array();
    }

    private static byte[] frame(int flags, byte[] body) {
        ByteBuffer frame = ByteBuffer.allocate(9 + body.length).put((byte) (flags | 2)).putLong(body.length);
        return frame.put(body).array();
    }

    private static boolean ends(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // Until it ends.
            }
        } catch (SocketException e) {
            // Reset, since there were bytes that nobody read.
        }
        return true;
    }

    @ParameterizedTest(name = "case 56: ZMTP {0}")
    @ValueSource(ints = {0, 1, 2})
    @DisplayName("case 56: a client of an older ZMTP, which knows no security, does not come in by that")
    void olderProtocol(int version) throws Exception {
        byte[] request = new MessageWriter("CacheQueryRequest", 1).texts("keys", List.of()).bytes();
        try (Socket socket = knock()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            if (version == 0) {
                // An empty identity, then the message.
                bytes.write(new byte[] {1, 0, (byte) (request.length + 1), 0});
            } else {
                bytes.write(greeting(version, ""));
                bytes.write(version == 1 ? new byte[] {(byte) (request.length + 1), 0} : new byte[] {0, (byte) request.length});
            }
            bytes.write(request);
            socket.getOutputStream().write(bytes.toByteArray());
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (SocketException e) {
                // Reset, since there were bytes that nobody read.
            }
            assertTrue(!answer.toString(StandardCharsets.ISO_8859_1).contains("CacheQueryResponse"), "it came in");
        }
        warnings.await("refused 127.0.0.1:", "alloc port");
        assertFriendIsAnswered();
    }

    private void knockWithGarbage(int port, long seed) throws IOException {
        Random random = new Random(seed);
        String[] mechanisms = {"CURVE", "NULL", "PLAIN", "nonsense"};
        String[] commands = {"HELLO", "INITIATE", "READY", "ERROR", "MESSAGE", "WELCOME"};
        for (int i = 0; i < 200; i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            if (random.nextInt(8) > 0) {
                bytes.write(greeting(3, mechanisms[random.nextInt(mechanisms.length)]));
                for (int j = random.nextInt(4); j >= 0; j--) {
                    String command = commands[random.nextInt(commands.length)];
                    byte[] body = ByteBuffer.allocate(1 + command.length() + noise.length)
                            .put((byte) command.length()).put(command.getBytes(StandardCharsets.US_ASCII)).put(noise).array();
                    bytes.write(frame(random.nextInt(8), random.nextInt(5) == 0 ? noise : body));
                }
            }
            bytes.write(noise);
            try (Socket socket = knock(port)) {
                socket.getOutputStream().write(bytes.toByteArray());
                if (random.nextBoolean()) {
                    socket.shutdownOutput();
                    socket.getInputStream().read(noise.length == 0 ? new byte[1] : noise);
                }
            } catch (SocketException e) {
                // Reset while this was still writing or reading.
            }
        }
    }

    @Test
    @DisplayName("case 56: garbage in every state of the handshake disturbs nobody, with security and without")
    void garbage() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        assertFriendIsAnswered();
        knockWithGarbage(Pd.port(receiver, "peer_alloc_port"), seed);
        assertFriendIsAnswered();
        try (L2Adapter open = Pd.receiver(1 << 20, new HoldingsRef());
                L2Adapter sender = Pd.sender(open, "lookup_timeout_ms", 30_000);
                Caller caller = new Caller(sender)) {
            List<ObjectKey> keys = Chunks.keys("k", 1);
            assertTrue(caller.store(keys, Chunks.buffers(keys, 100)).success());
            knockWithGarbage(Pd.port(open, "peer_alloc_port"), seed);
            assertEquals("1", caller.lookup(keys).bitmap().toString());
        }
        assertTrue(Integer.parseInt(receiver.status().details().get("refused")) > 0);
    }

    @Test
    @DisplayName("case 57: somebody who stops in the middle of the handshake is shown out after a while")
    void half() throws Exception {
        try (Socket silent = knock(); Socket greeted = knock(); Socket half = knock()) {
            greeted.getOutputStream().write(greeting(3, "CURVE"));
            half.getOutputStream().write(greeting(3, "CURVE"));
            half.getOutputStream().write(Arrays.copyOf(frame(4, new byte[200]), 100));
            assertFriendIsAnswered();
            assertTrue(ends(silent) && ends(greeted) && ends(half));
        }
        warnings.await("no message that may come in within 10 s");
        assertFriendIsAnswered();
    }

    /** @return what all byte arrays that something still holds have together; what a collector rounds up does not count */
    private static long bytesInArrays() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[] {new String[0]}, new String[] {String[].class.getName()});
        return histogram.lines().map(String::strip).filter(line -> line.matches("[0-9]+: .* \\[B( .*)?"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[2])).sum();
    }

    @Test
    @DisplayName("case 56: strangers have 32 places and 2 MiB each; the oldest makes room, and a friend comes in all the same")
    void many() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try {
            long before = bytesInArrays();
            for (int i = 0; i < 200; i++) {
                Socket socket = knock();
                strangers.add(socket);
                socket.getOutputStream().write(greeting(3, "CURVE"));
                // A command that says it is 2 MiB long, and the beginning of it; and one that is too long.
                ByteBuffer start = ByteBuffer.allocate(100).put((byte) 6).putLong(i % 10 == 0 ? 3 << 20 : 2 << 20);
                socket.getOutputStream().write(start.array());
            }
            assertFriendIsAnswered();
            for (Socket first : strangers.subList(0, 150)) {
                assertTrue(ends(first));
            }
            assertFriendIsAnswered();
            long taken = bytesInArrays() - before;
            assertTrue(taken < 34 * (2L << 20) + (8 << 20), taken + " bytes are taken");
            try (L2Adapter late = Pd.sender(
                            receiver, "security_dir", TestKeys.of("b").toString(), "peer_key", "r", "lookup_timeout_ms", 30_000);
                    Caller caller = new Caller(late)) {
                assertEquals("11", caller.lookup(Chunks.keys("k", 2)).bitmap().toString());
            }
        } catch (SocketException e) {
            throw new AssertionError("a stranger was turned away before its bytes were looked at", e);
        } finally {
            for (Socket socket : strangers) {
                socket.close();
            }
        }
    }
}
