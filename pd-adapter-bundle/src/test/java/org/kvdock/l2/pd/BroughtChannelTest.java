package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.pd.channel.spi.Landings;
import org.kvdock.l2.pd.channel.spi.Piece;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Channels that others brought: when they are used, what they may write, and what is left when they go. */
class BroughtChannelTest {
    private static final int CHUNK = 64_000;

    private final FoundChannels found = new FoundChannels();

    private L2Adapter receiver(String channel, Object... more) {
        Map<String, Object> config = Pd.config(
                "role", "receiver", "peer_init_port", "[0]", "peer_alloc_port", "[0]", "buffer_size", CHUNK,
                "transfer_channel", channel);
        config.putAll(Pd.config(more));
        return Pd.adapter(config, new HoldingsRef(), found);
    }

    private L2Adapter sender(L2Adapter receiver, String channel, Object... more) {
        Map<String, Object> config = Pd.config(
                "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", receiver.status().details().get("peer_init_port"),
                "peer_alloc_port", receiver.status().details().get("peer_alloc_port"), "transfer_channel", channel,
                "reconnect_min_ms", 5, "reconnect_max_ms", 50);
        config.putAll(Pd.config(more));
        return Pd.adapter(config, new HoldingsRef(), found);
    }

    private static String detail(L2Adapter adapter, String name) {
        return adapter.status().details().get(name);
    }

    @Test
    @DisplayName("one that is asked for and not there, or not possible, is refused in one line that says why; auto goes on without")
    void refused() {
        String absent = assertThrows(BadConfigurationException.class, () -> receiver("ucx")).getMessage();
        assertEquals("transfer_channel: ucx is not allowed, must be possible: its bundle pd-channel-ucx is not installed", absent);
        found.add(new CopyChannel("no libucp.so.0 on this machine; install it"));
        for (String role : List.of("receiver", "sender")) {
            String impossible = assertThrows(BadConfigurationException.class, () -> Pd.adapter(
                            Pd.config("role", role, "peer_host", "127.0.0.1", "peer_init_port", "[1]", "peer_alloc_port", "[1]",
                                    "transfer_channel", "ucx"),
                            new HoldingsRef(), found))
                    .getMessage();
            assertEquals("transfer_channel: ucx is not allowed, must be possible: no libucp.so.0 on this machine; install it", impossible);
        }
        try (L2Adapter receiver = receiver("auto");
                L2Adapter sender = sender(receiver, "auto");
                Caller prefill = new Caller(sender)) {
            assertEquals("shm or tcp", detail(receiver, "channel"));
            assertTrue(prefill.store(Chunks.keys("k", 1), Chunks.buffers(Chunks.keys("k", 1), CHUNK)).success());
            assertEquals("shm", detail(sender, "channel"));
        }
    }

    @Test
    @DisplayName("auto takes it after shared memory and before the connection itself, and both ends name it")
    void auto() throws IOException {
        found.add(new CopyChannel(null));
        try (L2Adapter receiver = receiver("auto")) {
            assertEquals("shm or ucx or tcp", detail(receiver, "channel"));
            try (RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
                assertEquals("ucx", link.greet(1, "tcp", "ucx").channel());
                assertEquals("ucx", detail(receiver, "channel"));
            }
            try (RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
                assertEquals("shm", link.greet(2, "tcp", "ucx", "shm").channel());
            }
        }
    }

    @Test
    @DisplayName("off loopback it is refused, or left out by auto, unless allow_insecure says that bytes may go unprotected")
    void offLoopback() {
        String elsewhere = "192.0.2.7";
        Map<String, Object> config = Pd.config(
                "role", "sender", "peer_host", elsewhere, "peer_init_port", "[1]", "peer_alloc_port", "[1]",
                "transfer_channel", "ucx", "security_dir", "/nowhere");
        found.add(new CopyChannel(null));
        String line = assertThrows(BadConfigurationException.class, () -> Pd.adapter(config, new HoldingsRef(), found)).getMessage();
        assertTrue(line.startsWith("transfer_channel: ucx is not allowed, must be tcp or auto off loopback"), line);
        config.put("allow_insecure", true);
        PdSettings settings = PdSettings.read(org.kvdock.l2.base.ConfigReader.of(config));
        assertTrue(settings.mayGoUnprotected());
        assertTrue(settings.unprotected().contains("transfer_channel ucx"), settings.unprotected().toString());
        config.putAll(Pd.config("allow_insecure", false, "transfer_channel", "auto"));
        assertFalse(PdSettings.read(org.kvdock.l2.base.ConfigReader.of(config)).mayGoUnprotected());
    }

    @Test
    @DisplayName("a commit that overtakes its bytes waits for them: nothing is visible before, all is afterwards")
    void commitWaits() {
        CopyChannel channel = new CopyChannel(null);
        found.add(channel);
        channel.hold();
        List<ObjectKey> keys = Chunks.keys("k", 2);
        try (L2Adapter receiver = receiver("ucx", "buffer_size", 4 * CHUNK);
                L2Adapter sender = sender(receiver, "ucx");
                Caller prefill = new Caller(sender);
                Caller decode = new Caller(receiver)) {
            long task = sender.submitStoreTask(keys, Chunks.buffers(keys, CHUNK));
            // 7 pieces each; the commit follows them at once.
            Waiting.until("the pieces", () -> channel.onTheirWay() == 14);
            assertEquals("00", decode.lookup(keys).bitmap().toString());
            channel.release();
            TaskResult result = prefill.await(TaskKind.STORE, task);
            assertTrue(result.success(), result.toString());
            assertEquals("11", decode.lookup(keys).bitmap().toString());
            assertTrue(decode.load(keys, Chunks.empty(2, CHUNK)).bitmap().all());
        }
    }

    @Test
    @DisplayName("case 47: memory that a piece is on its way into is nobody else's, though its sender has gone, until it has landed")
    void heldWhileLanding() throws IOException {
        found.add(new CopyChannel(null));
        try (L2Adapter receiver = receiver("ucx"); RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            Message.Welcome welcome = link.greet(1, "ucx");
            Message.ChannelAddress way = link.receive(Message.ChannelAddress.class);
            link.send(RawLink.reserve(1, welcome.epoch(), "", 1, Chunks.keys("k", 1), CHUNK));
            long slot = link.receive(Message.Alloc.class).slots()[0];
            Landings landings = CopyChannel.at(way.address());
            Landings.Landing landing = landings.land(new Piece(way.way(), slot, 0), CHUNK).orElseThrow();
            link.hangUp();
            Waiting.until("the end of the link", () -> detail(receiver, "senders").equals("0"));
            assertTrue(landings.land(new Piece(way.way(), slot, 0), 1).isEmpty());
            assertEquals("0", detail(receiver, "staging_free_bytes"));
            try (L2Adapter next = sender(receiver, "ucx"); Caller prefill = new Caller(next)) {
                long waiting = next.submitStoreTask(Chunks.keys("n", 1), Chunks.buffers(Chunks.keys("n", 1), CHUNK));
                Waiting.until("the next sender", () -> detail(receiver, "senders").equals("1"));
                assertEquals(0, receiver.usage().objects());
                landing.ended();
                assertTrue(prefill.await(TaskKind.STORE, waiting).success());
            }
        }
    }

    @Test
    @DisplayName("R15: a piece lands only inside a slot that is reserved for its way")
    void bounds() throws IOException {
        found.add(new CopyChannel(null));
        try (L2Adapter receiver = receiver("ucx", "buffer_size", 4 * CHUNK);
                RawLink link = RawLink.to(Pd.port(receiver, "peer_init_port"));
                RawLink other = RawLink.to(Pd.port(receiver, "peer_init_port"))) {
            Message.Welcome welcome = link.greet(1, "ucx");
            Message.ChannelAddress way = link.receive(Message.ChannelAddress.class);
            other.greet(2, "ucx");
            long otherWay = other.receive(Message.ChannelAddress.class).way();
            link.send(RawLink.reserve(1, welcome.epoch(), "", 1, Chunks.keys("k", 1), CHUNK));
            long slot = link.receive(Message.Alloc.class).slots()[0];
            Landings landings = CopyChannel.at(way.address());
            assertTrue(landings.land(new Piece(otherWay, slot, 0), 1).isEmpty());
            assertTrue(landings.land(new Piece(way.way() + 1, slot, 0), 1).isEmpty());
            assertTrue(landings.land(new Piece(way.way(), slot + 1, 0), 1).isEmpty());
            assertTrue(landings.land(new Piece(way.way(), slot, -1), 1).isEmpty());
            assertTrue(landings.land(new Piece(way.way(), slot, 0), 0).isEmpty());
            assertTrue(landings.land(new Piece(way.way(), slot, 0), -1).isEmpty());
            assertTrue(landings.land(new Piece(way.way(), slot, 0), CHUNK + 1).isEmpty());
            assertTrue(landings.land(new Piece(way.way(), slot, 1), CHUNK).isEmpty());
            assertTrue(landings.land(new Piece(way.way(), slot, 1), Long.MAX_VALUE).isEmpty());
            assertTrue(landings.land(new Piece(way.way(), slot, CHUNK), 1).isEmpty());
            Landings.Landing last = landings.land(new Piece(way.way(), slot, CHUNK - 1), 1).orElseThrow();
            assertEquals(1, last.memory().remaining());
            last.ended();
            // Refused, since it is not what was written: then the slot takes nothing more.
            link.send(new Message.Commit(1, welcome.epoch(), new long[] {slot}, new int[] {CHUNK}, new int[] {1}));
            assertEquals(1, link.receive(Message.CommitAck.class).refused().length);
            assertTrue(landings.land(new Piece(way.way(), slot, 0), 1).isEmpty());
        }
    }

    @Test
    @DisplayName("one that goes takes its links along and no adapter; when it is back, what was waiting goes over it")
    void comesAndGoes() {
        CopyChannel channel = new CopyChannel(null);
        found.add(channel);
        try (L2Adapter receiver = receiver("ucx", "buffer_size", 4 * CHUNK);
                L2Adapter sender = sender(receiver, "ucx");
                Caller prefill = new Caller(sender)) {
            List<ObjectKey> keys = Chunks.keys("k", 2);
            assertTrue(prefill.store(keys, Chunks.buffers(keys, CHUNK)).success());
            found.remove(channel);
            channel.go();
            Waiting.until("the word of it", () -> sender.status().lastError().map(error -> error.text().contains("pd-channel-ucx")).orElse(false));
            List<ObjectKey> more = Chunks.keys("m", 2);
            long task = sender.submitStoreTask(more, Chunks.buffers(more, CHUNK));
            Waiting.until("its end at the receiver", () -> detail(receiver, "channel").isEmpty());
            found.add(new CopyChannel(null));
            TaskResult result = prefill.await(TaskKind.STORE, task);
            assertTrue(result.success(), result.toString());
            assertEquals("ucx", detail(sender, "channel"));
        }
    }
}
