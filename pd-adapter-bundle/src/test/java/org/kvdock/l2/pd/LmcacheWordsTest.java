package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** LMCache's messages on the alloc port and to the proxy, as other implementations of ZeroMQ and MessagePack write and read them. */
class LmcacheWordsTest {
    private static final List<ObjectKey> KEYS = Chunks.keys("k", 2);
    /** What {@code shape [2, 1, 256, 8]} of {@code bfloat16} comes to. */
    private static final int CHUNK = 2 * 256 * 8 * 2;
    private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");

    private final L2Adapter receiver = Pd.receiver(4 * CHUNK, new HoldingsRef(), "reservation_lease_ms", 60_000);
    private final ZContext context = new ZContext();

    @AfterEach
    void close() {
        context.close();
        receiver.close();
    }

    /** @return bytes by name */
    private static Map<String, byte[]> vectors() throws IOException {
        Map<String, byte[]> vectors = new HashMap<>();
        try (InputStream in = LmcacheWordsTest.class.getResourceAsStream("/lmcache/vectors.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] fields = line.split("\t");
                    vectors.put(fields[0], HexFormat.of().parseHex(fields[2]));
                }
            }
        }
        return vectors;
    }

    private static void assertBytes(byte[] expected, byte[] given) {
        assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(given));
    }

    private String free() {
        return receiver.status().details().get("staging_free_bytes");
    }

    @Test
    @DisplayName("captured requests are answered byte for byte as the captures say, to REQ and DEALER sockets")
    void captures() throws IOException {
        Map<String, byte[]> vectors = vectors();
        String all = free();
        try (ZMQ.Socket req = socket(SocketType.REQ); ZMQ.Socket dealer = socket(SocketType.DEALER)) {
            req.send(vectors.get("alloc-request"));
            assertBytes(vectors.get("alloc-response"), req.recv());
            assertEquals(Integer.toString(2 * CHUNK), free());
            // Somebody else's cancel changes nothing, and what is only reserved is not there (R10).
            dealer.send(vectors.get("cancel-notif"));
            req.send(vectors.get("cache-query-request"));
            assertEquals(0, answer(req.recv()).list("cached_keys").size());
            assertEquals(Integer.toString(2 * CHUNK), free());
        }
        assertTrue(Long.parseLong(all) > Long.parseLong(free()));
    }

    private static org.kvdock.l2.pd.wire.Fields answer(byte[] bytes) throws IOException {
        return org.kvdock.l2.pd.wire.Fields.decode(bytes);
    }

    @Test
    @DisplayName("a cache query tells what is committed, and nothing else")
    void cacheQuery() throws IOException {
        try (L2Adapter sender = Pd.sender(receiver); Caller prefill = new Caller(sender); ZMQ.Socket req = socket(SocketType.REQ)) {
            prefill.store(KEYS.subList(1, 2), Chunks.buffers(KEYS.subList(1, 2), 100));
            req.send(vectors().get("cache-query-request"));
            assertBytes(vectors().get("cache-query-response"), req.recv());
        }
    }

    @Test
    @DisplayName("a request without the newer fields is answered; a bad one is told what is wrong with it")
    void olderAndBad() throws IOException {
        try (ZMQ.Socket req = socket(SocketType.REQ)) {
            req.send(vectors().get("alloc-request-short"));
            assertBytes(vectors().get("alloc-response"), req.recv());
            byte[] bad = vectors().get("alloc-request").clone();
            bad[bad.length / 2] = (byte) 0xc1;
            req.send(bad);
            assertEquals("Error", answer(req.recv()).text("type", 64));
            req.send(vectors().get("proxy-notif"));
            assertTrue(answer(req.recv()).text("text", 1024).contains("AllocRequest"));
        }
    }

    private ZMQ.Socket socket(SocketType type) {
        ZMQ.Socket socket = context.createSocket(type);
        socket.setReceiveTimeOut((int) Caller.patience().toMillis());
        // See ZmqLoop: without it a connection that JeroMQ loses is tried again after 30 s only.
        socket.setHandshakeIvl(300);
        socket.connect("tcp://127.0.0.1:" + Pd.port(receiver, "peer_alloc_port"));
        return socket;
    }

    @Test
    @DisplayName("libzmq and python3-msgpack understand the receiver and the notification, and the receiver them")
    void otherImplementations() throws Exception {
        Optional<String> python = python();
        assumeTrue(python.isPresent(), "python3 with zmq and msgpack is not installed (Debian: python3-zmq, python3-msgpack)");
        Process process = new ProcessBuilder(
                        python.get(), Path.of("src/test/python/lmcache_words.py").toString(),
                        Integer.toString(Pd.port(receiver, "peer_alloc_port")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (PrintStream in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
                BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                L2Adapter sender = Pd.sender(receiver, "proxy_host", "127.0.0.1", "proxy_port", Integer.parseInt(out.readLine()));
                Caller prefill = new Caller(sender)) {
            String keys = "\"keys\": [\"" + KEYS.get(0) + "\", \"" + KEYS.get(1) + "\"]";
            in.println("req {\"type\": \"CacheQueryRequest\", " + keys + "}");
            assertEquals("{\"type\": \"CacheQueryResponse\", \"cached_keys\": [], \"cached_indexes\": []}", out.readLine());
            prefill.await(TaskKind.STORE, sender.submitStoreTask(
                    KEYS.subList(0, 1), Chunks.buffers(KEYS.subList(0, 1), 100), Optional.of(StoreContext.whole("r-1", 1))));
            in.println("proxy");
            assertEquals("{\"type\": \"ProxyNotif\", \"req_id\": \"r-1\"}", out.readLine());
            in.println("dealer {\"type\": \"AllocRequest\", " + keys + ", \"fmt\": 1, \"shape\": [100], \"dtype\": \"uint8\", "
                    + "\"last_chunk_toks\": 0, \"req_id\": \"r-2\", \"is_last_batch\": true, \"total_chunks\": 2}");
            assertEquals(
                    "{\"type\": \"AllocResponse\", \"remote_indexes\": [2], \"already_sent_indexes\": [0]}", out.readLine());
            in.println("req {\"type\": \"AllocRequest\", \"keys\": 7}");
            assertTrue(out.readLine().startsWith("{\"type\": \"Error\", \"text\": \"keys: 7 is not allowed"));
        } finally {
            assertTrue(process.waitFor(Caller.patience().toSeconds(), TimeUnit.SECONDS) || process.destroyForcibly().isAlive());
        }
        assertEquals(0, process.exitValue());
    }

    private static Optional<String> python() throws Exception {
        for (String python : PYTHONS) {
            try {
                Process probe = new ProcessBuilder(python, "-c", "import zmq, msgpack")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (probe.waitFor(Caller.patience().toSeconds(), TimeUnit.SECONDS) && probe.exitValue() == 0) {
                    return Optional.of(python);
                }
            } catch (IOException e) {
                // not installed
            }
        }
        return Optional.empty();
    }
}
