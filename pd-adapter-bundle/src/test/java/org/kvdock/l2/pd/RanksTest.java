package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;
import org.kvdock.relay.Relay;

class RanksTest {
    private static final int RANKS = 4;
    private static final int CHUNK = 20_000;

    private static ObjectKey key(String name, int rank) {
        return ObjectKey.of(name.getBytes(StandardCharsets.UTF_8), "model", rank, 0, "");
    }

    @Test
    @DisplayName("case 54: keys of TP rank r go by port r, four ranks at once in one task, and their slices stay apart")
    void keysGoByTheirRank() throws IOException {
        List<Relay> relays = new ArrayList<>();
        List<AtomicLong> bytes = new ArrayList<>();
        try (L2Adapter receiver = Pd.receiver(
                8 << 20, new HoldingsRef(), "transfer_channel", "tcp", "peer_init_port", "[0,0,0,0]", "peer_alloc_port", "[0,0,0,0]")) {
            for (String port : receiver.status().details().get("peer_init_port").replaceAll("[\\[\\] ]", "").split(",")) {
                AtomicLong passed = new AtomicLong();
                bytes.add(passed);
                relays.add(new Relay(Integer.parseInt(port), (connection, toReceiver) -> (data, length, out) -> {
                    passed.addAndGet(toReceiver ? length : 0);
                    out.write(data, 0, length);
                }));
            }
            String ports = relays.stream().map(relay -> Integer.toString(relay.port())).collect(Collectors.joining(","));
            try (L2Adapter sender = Pd.sender(ports, receiver.status().details().get("peer_alloc_port"), "transfer_channel", "tcp");
                    Caller prefill = new Caller(sender);
                    Caller decode = new Caller(receiver)) {
                for (int rank = 0; rank < RANKS; rank++) {
                    List<Long> before = bytes.stream().map(AtomicLong::get).toList();
                    List<ObjectKey> keys = List.of(key("alone", rank));
                    assertTrue(prefill.store(keys, Chunks.buffers(keys, CHUNK)).success());
                    for (int r = 0; r < RANKS; r++) {
                        assertEquals(r == rank, bytes.get(r).get() - before.get(r) > CHUNK, "rank " + rank + " by port " + r);
                    }
                }
                List<ObjectKey> all = Stream.iterate(0, i -> i + 1)
                        .limit(8 * RANKS)
                        .map(i -> key("slice-" + i / RANKS, i % RANKS))
                        .toList();
                TaskResult result = prefill.store(all, Chunks.buffers(all, CHUNK));
                assertTrue(result.success(), result.toString());
                assertEquals(8L * RANKS * CHUNK, result.bytesMoved());
                assertTrue(prefill.lookup(all).bitmap().all());
                assertTrue(decode.lookup(all).bitmap().all());
                List<KvBuffer> into = Chunks.empty(all.size(), CHUNK);
                assertTrue(decode.load(all, into).bitmap().all());
                for (int i = 0; i < all.size(); i++) {
                    assertEquals(Chunks.buffer(all.get(i), CHUNK).view(), into.get(i).view(), all.get(i).toString());
                }
            }
        } finally {
            relays.forEach(Relay::close);
        }
    }

    @Test
    @DisplayName("case 54: one rank whose port is dead fails its keys at the deadline; the others' are stored")
    void oneDeadRank() {
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef())) {
            String ports = Pd.port(receiver, "peer_init_port") + "," + Pd.deadPort();
            String allocs = Pd.port(receiver, "peer_alloc_port") + "," + Pd.deadPort();
            try (L2Adapter sender = Pd.sender(ports, allocs, "store_timeout_ms", 3000); Caller prefill = new Caller(sender)) {
                List<ObjectKey> keys = List.of(key("k", 0), key("k", 1), key("l", 0), key("l", 1));
                TaskResult result = prefill.store(keys, Chunks.buffers(keys, CHUNK));
                assertEquals(org.kvdock.l2.TaskOutcome.TIMEOUT, result.outcome());
                assertEquals("1010", result.bitmap().toString());
            }
        }
    }
}
