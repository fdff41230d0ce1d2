package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.relay.Relay;

/** Channels that stop working while adapters use them, and work again (R13): who comes back, over what, and what is told. */
class ChannelComesBackTest {
    private static final int CHUNK = 64_000;

    private final FoundChannels found = new FoundChannels();
    private final CopyChannel channel = new CopyChannel(null);
    private int heartbeatMillis = 50;
    private int stored;

    private L2Adapter receiver(String choice, Object... more) {
        Map<String, Object> config = Pd.config(
                "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "buffer_size", 64 * CHUNK,
                "transfer_channel", choice, "reconnect_min_ms", 5, "reconnect_max_ms", 50);
        config.putAll(Pd.config(more));
        return Pd.adapter(config, new HoldingsRef(), found);
    }

    private L2Adapter sender(int init, int alloc, String choice, FoundChannels channels) {
        return Pd.adapter(
                Pd.config(
                        "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", "[" + init + "]",
                        "peer_alloc_port", "[" + alloc + "]", "transfer_channel", choice,
                        "reconnect_min_ms", 5, "reconnect_max_ms", 50, "heartbeat_ms", heartbeatMillis),
                new HoldingsRef(), channels);
    }

    private static int init(L2Adapter receiver) {
        return Pd.port(receiver, "peer_init_port");
    }

    private static int alloc(L2Adapter receiver) {
        return Pd.port(receiver, "peer_alloc_port");
    }

    private static String detail(L2Adapter adapter, String name) {
        return adapter.status().details().get(name);
    }

    private static void awaitChannel(L2Adapter sender, String channel) {
        Waiting.until(channel, () -> detail(sender, "channel").equals(channel) && detail(sender, "links").equals("READY"));
    }

    private void store(Caller prefill) {
        List<ObjectKey> keys = Chunks.keys("k" + stored++, 2);
        assertTrue(prefill.store(keys, Chunks.buffers(keys, CHUNK)).success());
    }

    /** What happens between a receiver and a sender. */
    private interface Play {
        void with(L2Adapter receiver, L2Adapter sender, Caller prefill) throws IOException;
    }

    /** Both under auto, and not on the same machine, as far as the sender can tell. */
    private void apart(FoundChannels sendersChannels, Play play) throws IOException {
        try (L2Adapter receiver = receiver("auto");
                Relay other = new Relay(init(receiver), OtherMachine.taps());
                L2Adapter sender = sender(other.port(), alloc(receiver), "auto", sendersChannels);
                Caller prefill = new Caller(sender)) {
            play.with(receiver, sender, prefill);
        }
    }

    @Test
    @DisplayName("R13: a receiver's end that fails is told with its next try; the sender, whose one channel it is, comes back over it by itself")
    void onlyChannel() {
        found.add(channel);
        try (L2Adapter receiver = receiver("ucx");
                L2Adapter sender = sender(init(receiver), alloc(receiver), "ucx", found);
                Caller prefill = new Caller(sender)) {
            store(prefill);
            channel.refuse("no device");
            channel.fail("the device has gone");
            Waiting.until("the word of it", () -> detail(receiver, "channel_trouble").startsWith("ucx: no device; next try at "));
            Waiting.until("the outage", () -> !receiver.status().healthy());
            assertTrue(receiver.status().lastError().orElseThrow().text().contains("no sender can be served: channel ucx: "));
            List<ObjectKey> keys = Chunks.keys("waiting", 2);
            long task = sender.submitStoreTask(keys, Chunks.buffers(keys, CHUNK));
            Waiting.until("the sender's word", () -> sender.status().lastError()
                    .map(error -> error.text().contains("refused the hello")).orElse(false));
            channel.refuse(null);
            assertTrue(prefill.await(TaskKind.STORE, task).success());
            assertEquals("ucx", detail(sender, "channel"));
            assertEquals("", detail(receiver, "channel_trouble"));
            Waiting.until("the end of the outage", () -> receiver.status().healthy());
            Waiting.until("the end of the sender's trouble", () -> detail(sender, "channel_trouble").isEmpty());
        }
    }

    @Test
    @DisplayName("R13: under auto a sender goes on over tcp while the receiver's end is away, and is back on it without being asked")
    void auto() throws IOException {
        found.add(channel);
        apart(found, (receiver, sender, prefill) -> {
            store(prefill);
            assertEquals("ucx", detail(sender, "channel"));
            for (int i = 0; i < 5; i++) {
                channel.refuse("no device");
                channel.fail("the device has gone");
                awaitChannel(sender, "tcp");
                store(prefill);
                assertEquals("tcp", detail(sender, "channel"));
                assertTrue(detail(receiver, "channel_trouble").startsWith("ucx: "));
                assertTrue(receiver.status().healthy());
                channel.refuse(null);
                awaitChannel(sender, "ucx");
                store(prefill);
                assertEquals("ucx", detail(sender, "channel"));
                assertEquals("", detail(receiver, "channel_trouble"));
            }
        });
    }

    @Test
    @DisplayName("R13: under auto a sender whose own end fails goes on over tcp, tells it, and tries the channel again with pauses until it works")
    void sendersOwn() throws IOException {
        found.add(channel);
        apart(found, (receiver, sender, prefill) -> {
            channel.failSenders(true);
            store(prefill);
            assertTrue(detail(sender, "channel_trouble").startsWith("ucx: a piece could not be sent; next try at "), detail(sender, "channel_trouble"));
            channel.failSenders(false);
            awaitChannel(sender, "ucx");
            store(prefill);
            assertEquals("", detail(sender, "channel_trouble"));
            assertEquals("", detail(receiver, "channel_trouble"));
        });
    }

    @Test
    @DisplayName("case 51: a sender whose channel fails when all is written still hears the answer that is on its way, and then comes back")
    void answerOnItsWay() throws IOException {
        found.add(channel);
        AtomicReference<L2Adapter> writing = new AtomicReference<>();
        AtomicInteger heartbeats = new AtomicInteger();
        Relay.Taps taps = (connection, toReceiver) -> (bytes, length, out) -> {
            String passing = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            if (toReceiver && passing.contains("Heartbeat")) {
                heartbeats.incrementAndGet();
            } else if (passing.contains("CommitAck")) {
                channel.failSenders("the receiver has died");
                Waiting.until("the word of it", () -> !detail(writing.get(), "channel_trouble").isEmpty());
                int before = heartbeats.get();
                Waiting.until("a sign of life", () -> heartbeats.get() > before);
            }
            out.write(bytes, 0, length);
        };
        try (L2Adapter receiver = receiver("ucx");
                Relay relay = new Relay(init(receiver), taps);
                L2Adapter sender = Pd.adapter(
                        Pd.config(
                                "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", "[" + relay.port() + "]",
                                "peer_alloc_port", "[" + alloc(receiver) + "]", "transfer_channel", "ucx", "heartbeat_ms", 2_000),
                        new HoldingsRef(), found);
                Caller prefill = new Caller(sender)) {
            writing.set(sender);
            store(prefill);
            assertEquals("0", detail(sender, "links_lost"));
            // What comes next is not written over what has failed.
            store(prefill);
            assertEquals("1", detail(sender, "links_lost"));
            assertEquals("ucx: the receiver has died", detail(sender, "channel_trouble"));
        }
    }

    @Test
    @DisplayName("under auto a channel that comes to the sender alone is used as soon as nothing is under way")
    void comesToTheSender() throws IOException {
        // No link may be lost here, and three of them are soon over on a busy machine.
        heartbeatMillis = 500;
        found.add(channel);
        FoundChannels sendersOwn = new FoundChannels();
        apart(sendersOwn, (receiver, sender, prefill) -> {
            store(prefill);
            assertEquals("tcp", detail(sender, "channel"));
            sendersOwn.add(channel);
            awaitChannel(sender, "ucx");
            assertEquals("0", detail(sender, "links_lost"));
            store(prefill);
            assertEquals("ucx", detail(sender, "channel"));
        });
    }

    @Test
    @DisplayName("R2: while an end takes its time to open at the receiver its status answers and its senders are served over tcp")
    void opensForLong() throws IOException {
        CountDownLatch latch = new CountDownLatch(1);
        apart(found, (receiver, sender, prefill) -> {
            channel.delay(latch);
            found.add(channel);
            Waiting.until("the try to open it", () -> channel.tries() == 1);
            store(prefill);
            assertEquals("tcp", Caller.within("status", () -> detail(receiver, "channel")));
            latch.countDown();
            awaitChannel(sender, "ucx");
        });
    }

    @Test
    @DisplayName("a link that is never quiet is moved to the better channel all the same, after the longest pause")
    void neverQuiet() throws IOException {
        channel.refuse("no device");
        found.add(channel);
        try (L2Adapter receiver = receiver("auto"); RawLink link = RawLink.to(init(receiver))) {
            Message.Welcome welcome = link.greet(1, "tcp", "ucx");
            assertEquals("tcp", welcome.channel());
            link.send(RawLink.reserve(1, welcome.epoch(), "", 1, Chunks.keys("k", 1), CHUNK));
            link.receive(Message.Alloc.class);
            channel.refuse(null);
            link.awaitEnd();
            try (RawLink next = RawLink.to(init(receiver))) {
                assertEquals("ucx", next.greet(1, "tcp", "ucx").channel());
            }
        }
    }

    @Test
    @DisplayName("R13: shared memory that could not be mapped is tried again with pauses, and used once it can")
    void sharedMemory(@TempDir Path temporary) throws IOException {
        Path directory = temporary.resolve("staging");
        AtomicBoolean spoil = new AtomicBoolean(true);
        // A segment is there before the word of it passes.
        Relay.Taps taps = (connection, toReceiver) -> toReceiver ? Relay.Tap.OPEN : (bytes, length, out) -> {
            if (spoil.get()) {
                spoil(directory);
            }
            out.write(bytes, 0, length);
        };
        try (L2Adapter receiver = receiver("auto", "staging_dir", directory);
                Relay relay = new Relay(init(receiver), taps);
                L2Adapter sender = sender(relay.port(), alloc(receiver), "auto", found);
                Caller prefill = new Caller(sender)) {
            store(prefill);
            assertTrue(detail(sender, "channel_trouble").matches("shm: .* with mode 0600; next try at .*"), detail(sender, "channel_trouble"));
            spoil.set(false);
            awaitChannel(sender, "shm");
            store(prefill);
            assertEquals("shm", detail(sender, "channel"));
            assertEquals("", detail(sender, "channel_trouble"));
        }
    }

    private static void spoil(Path directory) {
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory, "segment-*")) {
            for (Path segment : segments) {
                Files.setPosixFilePermissions(segment, PosixFilePermissions.fromString("rw-r-----"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
