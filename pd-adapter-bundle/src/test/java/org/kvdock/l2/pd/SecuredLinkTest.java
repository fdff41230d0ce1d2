package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.security.TestKeys;
import org.kvdock.l2.pd.security.TrustingAll;
import org.kvdock.l2.pd.security.Warnings;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** The data plane of a secured receiver, and who knocks at it. Sender a is its friend through all of this. */
class SecuredLinkTest {
    private static final int CHUNK = 50_000;

    private final Warnings warnings = new Warnings();
    private L2Adapter receiver;
    private L2Adapter friend;
    private Caller prefill;
    private int stored;

    @BeforeEach
    void open() {
        receiver = Pd.receiver(8 << 20, new HoldingsRef(), "security_dir", TestKeys.of("r").toString());
        friend = sender("a", "r");
        prefill = new Caller(friend);
        assertFriendStores();
    }

    @AfterEach
    void close() {
        prefill.close();
        friend.close();
        receiver.close();
        warnings.close();
    }

    private L2Adapter sender(String keys, String peer, Object... more) {
        Map<String, Object> config = Pd.config(
                "security_dir", TestKeys.of(keys).toString(), "peer_key", peer, "store_timeout_ms", 60_000);
        config.putAll(Pd.config(more));
        return Pd.sender(receiver, config.entrySet().stream().flatMap(e -> Stream.of(e.getKey(), e.getValue())).toArray());
    }

    private void assertFriendStores() {
        List<ObjectKey> keys = Chunks.keys("friend-" + stored++, 2);
        TaskResult result = prefill.store(keys, Chunks.buffers(keys, CHUNK));
        assertTrue(result.success(), result.toString());
    }

    /** The one who knocked was told nothing, and was logged once; the friend has the same connection as before. */
    private void assertNoEffect(String... logged) throws InterruptedException {
        String line = warnings.await(logged);
        assertTrue(line.matches(".*refused 127\\.0\\.0\\.1:[0-9]+ on the transfer port: .*"), line);
        assertFriendStores();
        assertEquals("0", friend.status().details().get("links_lost"));
        assertEquals(1, warnings.lines(logged).size(), warnings.lines().toString());
        assertEquals("1", receiver.status().details().get("senders"));
    }

    private void assertCannotStore(L2Adapter sender, String reason) {
        List<ObjectKey> keys = Chunks.keys("stranger", 1);
        try (Caller caller = new Caller(sender); Caller decode = new Caller(receiver)) {
            long task = sender.submitStoreTask(keys, Chunks.buffers(keys, CHUNK));
            Waiting.until("the refusal", () -> sender.status().lastError().map(e -> e.text().contains(reason)).orElse(false));
            assertEquals(ErrorCode.PEER_LOST, sender.status().lastError().orElseThrow().code());
            assertFalse(sender.status().peer().orElseThrow().connected());
            assertEquals("0", decode.lookup(keys).bitmap().toString());
            sender.close();
            TaskResult result = caller.await(TaskKind.STORE, task);
            assertFalse(result.success(), result.toString());
            assertEquals(0, result.bytesMoved());
        }
    }

    private Socket knock() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), Pd.port(receiver, "peer_init_port"));
        socket.setSoTimeout((int) Caller.patience().toMillis());
        return socket;
    }

    private static byte[] hello(long session) {
        return FrameHeader.frame(MessageCodec.encode(new Message.Hello(Limits.VERSION, "x", session, 0, List.of("tcp")))).array();
    }

    private static void assertEnds(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            byte[] said = in.readNBytes(1 << 16);
            assertFalse(new String(said, StandardCharsets.ISO_8859_1).contains("Welcome"));
        } catch (SocketException e) {
            // Reset, since there were bytes that nobody read.
        }
    }

    // The handshake of TLS 1.3 is done for the one who connects before the other has looked at its certificate.
    private static void assertTurnedAway(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(hello(1));
            assertEnds(socket);
        } catch (javax.net.ssl.SSLException e) {
            assertTrue(e.getMessage().contains("certificate"), e.getMessage());
        } catch (SocketException e) {
            // Reset, since there were bytes that nobody read.
        }
    }

    @Test
    @DisplayName("case 56: a sender without keys is refused, with the reason on both sides")
    void plainSender() throws InterruptedException {
        try (L2Adapter stranger = Pd.sender(receiver)) {
            assertCannotStore(stranger, "closed the connection");
        }
        assertNoEffect("transfer port", "SSL");
    }

    @Test
    @DisplayName("case 56: a sender with keys that nobody here knows is refused, and its own side sees a stranger's receiver")
    void strangersKeys() throws InterruptedException {
        try (L2Adapter stranger = Pd.sender(
                receiver, "security_dir", TestKeys.stranger("x").toString(), "peer_key", "y")) {
            assertCannotStore(stranger, "of nobody that is known here");
        }
        assertNoEffect("transfer port");
    }

    @Test
    @DisplayName("case 56: a sender that trusts the receiver, but whom the receiver does not know, is refused by its certificate")
    void unknownSender(@TempDir Path temporary) throws IOException, InterruptedException {
        Path keys = TestKeys.copy(TestKeys.stranger("x"), temporary);
        for (String file : List.of("r.crt", "r.curve")) {
            Files.copy(TestKeys.of("a").resolve("peers").resolve(file), keys.resolve("peers").resolve(file));
        }
        try (L2Adapter stranger = Pd.sender(receiver, "security_dir", keys.toString(), "peer_key", "r")) {
            assertCannotStore(stranger, "certificate");
        }
        assertNoEffect("transfer port", "of nobody that is known here");
    }

    @Test
    @DisplayName("case 56: a sender that has been told another receiver does not talk to this one")
    void otherReceiver() throws InterruptedException {
        try (L2Adapter astray = sender("b", "q")) {
            assertCannotStore(astray, "of nobody that is known here");
        }
        assertNoEffect("transfer port");
    }

    @Test
    @DisplayName("case 56: a secured sender sends nothing to a receiver without keys, which turns it away and goes on")
    void plainReceiver() throws InterruptedException {
        try (L2Adapter plain = Pd.receiver(1 << 20, new HoldingsRef());
                L2Adapter sender = Pd.sender(plain, "security_dir", TestKeys.of("a").toString(), "peer_key", "r", "store_timeout_ms", 2000);
                L2Adapter other = Pd.sender(plain);
                Caller caller = new Caller(other);
                Caller secured = new Caller(sender)) {
            List<ObjectKey> keys = Chunks.keys("k", 1);
            assertFalse(secured.store(keys, Chunks.buffers(keys, CHUNK)).success());
            warnings.await("transfer port", "frame version");
            assertTrue(caller.store(keys, Chunks.buffers(keys, CHUNK)).success());
            assertEquals(1, warnings.lines("frame version").size());
        }
    }

    @Test
    @DisplayName("case 56: plaintext, garbage and an old TLS are refused")
    void garbage() throws Exception {
        try (Socket plain = knock()) {
            plain.getOutputStream().write(hello(1));
            assertEnds(plain);
        }
        assertNoEffect("transfer port");
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[1 + random.nextInt(3000)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                // As if it were a TLS record of a hand-shake.
                byte[] record = {22, 3, 1, (byte) (bytes.length >> 8), (byte) bytes.length};
                System.arraycopy(record, 0, bytes, 0, Math.min(record.length, bytes.length));
            }
            try (Socket socket = knock()) {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                assertEnds(socket);
            } catch (SocketException e) {
                // Reset while this was still writing.
            }
        }
        assertNoEffect("transfer port");
        SSLContext old = context();
        try (SSLSocket socket = (SSLSocket) old.getSocketFactory().createSocket(
                InetAddress.getLoopbackAddress(), Pd.port(receiver, "peer_init_port"))) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            throw new AssertionError("TLS 1.2 was taken");
        } catch (javax.net.ssl.SSLException e) {
            assertTrue(e.getMessage().contains("protocol_version"), e.getMessage());
        }
        assertFriendStores();
    }

    @Test
    @DisplayName("case 56: TLS without a certificate is refused before anything else is taken")
    void withoutCertificate() throws Exception {
        try (SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(
                InetAddress.getLoopbackAddress(), Pd.port(receiver, "peer_init_port"))) {
            socket.setSoTimeout((int) Caller.patience().toMillis());
            assertTurnedAway(socket);
        }
        assertNoEffect("transfer port", "Empty client certificate chain");
    }

    @Test
    @DisplayName("case 56: an expired certificate of a known sender is refused")
    void expired(@TempDir Path temporary) throws IOException, InterruptedException {
        // The receiver of this test pins a certificate of a that has expired; the friend's own receiver is another.
        Path keys = TestKeys.expired(temporary, "r", "a");
        try (L2Adapter strict = Pd.receiver(1 << 20, new HoldingsRef(), "security_dir", keys.resolve("r").toString())) {
            warnings.await("the certificate of a has expired");
            try (Socket socket = TestKeys.connect(keys.resolve("a"), Pd.port(strict, "peer_init_port"))) {
                socket.setSoTimeout((int) Caller.patience().toMillis());
                assertTurnedAway(socket);
            }
            warnings.await("transfer port", "NotAfter");
        }
        assertFriendStores();
    }

    @Test
    @DisplayName("case 57: somebody who says nothing, or half a handshake, is shown out after a while, with one line")
    void silent() throws IOException, InterruptedException {
        try (Socket silent = knock(); Socket half = knock()) {
            half.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0});
            assertFriendStores();
            assertEnds(silent);
            assertEnds(half);
        }
        assertNoEffect("transfer port", "no hello within");
        assertEquals("2", receiver.status().details().get("refused"));
    }

    @Test
    @DisplayName("case 56: strangers have 64 places; the one that sat longest loses its own, and a friend comes in all the same")
    void manyStrangers() throws IOException {
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                strangers.add(knock());
            }
            try (L2Adapter late = sender("b", "r"); Caller caller = new Caller(late)) {
                List<ObjectKey> keys = Chunks.keys("late", 1);
                assertTrue(caller.store(keys, Chunks.buffers(keys, CHUNK)).success());
            }
            for (Socket first : strangers.subList(0, 200)) {
                assertEnds(first);
            }
            assertFriendStores();
        } finally {
            for (Socket socket : strangers) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("case 56: a known sender that claims another's session gets one of its own, and disturbs nobody")
    void anothersSession(@TempDir Path temporary) throws Exception {
        long session = 77;
        try (Socket first = TestKeys.connect(TestKeys.of("a"), Pd.port(receiver, "peer_init_port"));
                Socket second = TestKeys.connect(TestKeys.of("b"), Pd.port(receiver, "peer_init_port"))) {
            first.setSoTimeout((int) Caller.patience().toMillis());
            second.setSoTimeout((int) Caller.patience().toMillis());
            first.getOutputStream().write(hello(session));
            assertWelcome(first);
            second.getOutputStream().write(hello(session));
            assertWelcome(second);
            first.getOutputStream().write(FrameHeader.frame(MessageCodec.encode(new Message.Heartbeat(new long[0]))).array());
            assertTrue(message(first) instanceof Message.Heartbeat);
        }
    }

    private static void assertWelcome(Socket socket) throws IOException {
        assertTrue(message(socket) instanceof Message.Welcome);
    }

    private static Message message(Socket socket) throws IOException {
        byte[] header = socket.getInputStream().readNBytes(FrameHeader.MESSAGE_HEADER_BYTES);
        return MessageCodec.decode(socket.getInputStream().readNBytes(ByteBuffer.wrap(header).getInt()));
    }

    private static SSLContext context() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustingAll()}, null);
        return context;
    }
}
