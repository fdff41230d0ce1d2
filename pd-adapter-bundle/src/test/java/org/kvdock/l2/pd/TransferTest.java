package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

@ParameterizedClass(name = "over {0}")
@ValueSource(strings = {"tcp", "shm"})
class TransferTest {
    private final String channel;
    private final L2Adapter receiver;
    private final L2Adapter sender;
    private final Caller prefill;
    private final Caller decode;

    TransferTest(String channel) {
        this.channel = channel;
        receiver = Pd.receiver(64 << 20, new HoldingsRef());
        sender = Pd.sender(receiver, "transfer_channel", channel);
        prefill = new Caller(sender);
        decode = new Caller(receiver);
    }

    @AfterEach
    void close() {
        prefill.close();
        decode.close();
        sender.close();
        receiver.close();
    }

    @Test
    @DisplayName("chunks of many sizes arrive whole, are locked, loaded, and leave staging at the last unlock")
    void roundTrip() {
        int[] lengths = {0, 1, 63, 64, 65, 4096, 100_001, 262_144, 1 << 20, 5_000_000};
        List<ObjectKey> keys = Chunks.keys("k", lengths.length);
        List<KvBuffer> objects = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < lengths.length; i++) {
            objects.add(Chunks.buffer(keys.get(i), lengths[i]));
            bytes += lengths[i];
        }
        TaskResult stored = prefill.store(keys, objects);
        assertTrue(stored.success(), stored.toString());
        assertEquals(bytes, stored.bytesMoved());
        assertEquals(lengths.length, receiver.usage().objects());
        assertEquals(channel, sender.status().details().get("channel"));
        assertEquals(channel, receiver.status().details().get("channel"));

        assertTrue(decode.lookup(keys).bitmap().all());
        List<KvBuffer> into = new ArrayList<>();
        for (int length : lengths) {
            into.add(KvBuffer.allocate(length + 16));
        }
        TaskResult loaded = decode.load(keys, into);
        assertTrue(loaded.bitmap().all(), loaded.toString());
        for (int i = 0; i < lengths.length; i++) {
            byte[] expected = Arrays.copyOf(Chunks.content(keys.get(i), lengths[i]), lengths[i] + 16);
            assertArrayEquals(expected, Chunks.bytes(into.get(i)), "chunk of " + lengths[i]);
        }
        receiver.submitUnlock(keys);
        Waiting.until("staging to be empty", () -> receiver.usage().objects() == 0);
        assertEquals(Long.toString(64 << 20), receiver.status().details().get("staging_free_bytes"));
    }

    @Test
    @DisplayName("case 44: what the receiver has is not sent again, and counts 0 bytes")
    void dedup() {
        List<ObjectKey> keys = Chunks.keys("k", 4);
        prefill.store(keys.subList(0, 3), Chunks.buffers(keys.subList(0, 3), 1000));
        TaskResult again = prefill.store(keys, Chunks.buffers(keys, 1000));
        assertTrue(again.success(), again.toString());
        assertEquals("1111", again.bitmap().toString());
        assertEquals("0001", again.moved().toString());
        assertEquals(1000, again.bytesMoved());
    }

    @Test
    @DisplayName("of two stores of one key in flight at once, the one that was submitted first moves it")
    void inOrder() {
        for (int round = 0; round < 300; round++) {
            List<ObjectKey> one = Chunks.keys("ordered-" + round, 1);
            long first = sender.submitStoreTask(one, Chunks.buffers(one, 100));
            long second = sender.submitStoreTask(one, Chunks.buffers(one, 100));
            assertEquals(100, prefill.await(TaskKind.STORE, first).bytesMoved(), "first of round " + round);
            assertEquals(0, prefill.await(TaskKind.STORE, second).bytesMoved(), "second of round " + round);
        }
    }

    @Test
    @DisplayName("case 15: a key twice in one task is sent once")
    void twiceInOneTask() {
        ObjectKey key = Chunks.key("twice");
        TaskResult result = prefill.store(List.of(key, key), Chunks.buffers(List.of(key, key), 500));
        assertTrue(result.success(), result.toString());
        assertEquals("11", result.bitmap().toString());
        assertEquals(500, result.bytesMoved());
    }

    @Test
    @DisplayName("case 55: store on the receiver succeeds with 0 bytes; lookup on the sender takes no lock; load on it gives nothing")
    void otherSides() {
        List<ObjectKey> keys = Chunks.keys("k", 2);
        TaskResult onReceiver = decode.store(keys, Chunks.buffers(keys, 100));
        assertTrue(onReceiver.success(), onReceiver.toString());
        assertEquals(0, onReceiver.bytesMoved());
        assertEquals(0, receiver.usage().objects());

        prefill.store(keys.subList(0, 1), Chunks.buffers(keys.subList(0, 1), 100));
        assertEquals("10", prefill.lookup(keys).bitmap().toString());
        assertEquals(0, receiver.status().locksHeld());
        assertEquals(0, sender.status().locksHeld());
        assertEquals("00", prefill.load(keys, Chunks.empty(2, 100)).bitmap().toString());
    }
}
