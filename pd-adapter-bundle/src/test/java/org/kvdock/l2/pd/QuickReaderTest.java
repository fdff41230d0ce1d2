package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** A reader that is faster than what the receiver has to do after a chunk has become visible. */
class QuickReaderTest {
    private static final int CHUNK = 1000;

    /** Looks up, loads and unlocks a key at the moment when it is visible. */
    private static CompletableFuture<Void> readAtOnce(L2Adapter receiver, Caller decode) {
        CompletableFuture<Void> read = new CompletableFuture<>();
        receiver.addListener(new L2AdapterListener() {
            @Override
            public void keyPublished(ObjectKey key, long bytes) {
                try {
                    assertEquals("1", decode.lookup(List.of(key)).bitmap().toString());
                    assertEquals("1", decode.load(List.of(key), Chunks.empty(1, CHUNK)).bitmap().toString());
                    receiver.submitUnlock(List.of(key));
                    read.complete(null);
                } catch (RuntimeException | Error e) {
                    read.completeExceptionally(e);
                }
            }
        });
        return read;
    }

    @Test
    @DisplayName("case 44: a chunk that somebody reads the moment it is visible stays for the request that brought it")
    void staysForItsRequest() {
        HoldingsRef holdings = new HoldingsRef();
        TestHoldings host = new TestHoldings();
        holdings.set(host);
        try (L2Adapter receiver = Pd.receiver(1 << 20, holdings, "transfer_channel", "tcp");
                L2Adapter sender = Pd.sender(receiver);
                Caller decode = new Caller(receiver);
                Caller prefill = new Caller(sender)) {
            CompletableFuture<Void> read = readAtOnce(receiver, decode);
            List<ObjectKey> keys = Chunks.keys("k", 1);
            long id = sender.submitStoreTask(
                    keys, Chunks.buffers(keys, CHUNK), Optional.of(new StoreContext("r", true, 1, KvLayout.OPAQUE)));
            assertTrue(prefill.await(TaskKind.STORE, id).success());
            read.join();
            assertEquals("1", decode.lookup(keys).bitmap().toString());
            receiver.submitUnlock(keys);
            host.unpin("r");
            Waiting.until("the chunk to go with its request", () -> receiver.usage().objects() == 0);
        }
    }

    @Test
    @DisplayName("without a host a chunk that is read the moment it is visible leaves staging, and can come again")
    void leaves() {
        try (L2Adapter receiver = Pd.receiver(1 << 20, new HoldingsRef(), "transfer_channel", "tcp");
                L2Adapter sender = Pd.sender(receiver);
                Caller decode = new Caller(receiver);
                Caller prefill = new Caller(sender)) {
            CompletableFuture<Void> read = readAtOnce(receiver, decode);
            List<ObjectKey> keys = Chunks.keys("k", 1);
            for (int round = 0; round < 3; round++) {
                assertEquals(CHUNK, prefill.store(keys, Chunks.buffers(keys, CHUNK)).bytesMoved());
                read.join();
                Waiting.until("an empty staging", () -> receiver.usage().objects() == 0);
                Waiting.until("all of its room", () -> {
                    Map<String, String> details = receiver.status().details();
                    return details.get("staging_free_bytes").equals(details.get("staging_bytes"));
                });
            }
        }
    }
}
