package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/** Requests at a receiver whose host says when they are read. */
@ParameterizedClass(name = "over {0}")
@ValueSource(strings = {"tcp", "shm"})
class RequestTest {
    private static final int CHUNK = 1 << 10;
    private static final int ROOM = 8;
    /** The receiver answers a second before that, which is for busy machines. */
    private static final int HASTY_MILLIS = 2500;

    private final TestHoldings host = new TestHoldings();
    private final HoldingsRef holdings = new HoldingsRef();
    private final String channel;
    private final L2Adapter receiver;
    private final Caller decode;
    private final List<L2Adapter> senders = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();

    RequestTest(String channel) {
        this.channel = channel;
        receiver = Pd.receiver(ROOM * CHUNK, holdings, "transfer_channel", channel);
        decode = new Caller(receiver);
        holdings.set(host);
    }

    @AfterEach
    void close() {
        callers.forEach(Caller::close);
        senders.forEach(L2Adapter::close);
        decode.close();
        receiver.close();
    }

    private Caller sender(Object... more) {
        L2Adapter sender = Pd.sender(receiver, more);
        senders.add(sender);
        Caller caller = new Caller(sender);
        callers.add(caller);
        return caller;
    }

    private static long submit(Caller sender, String request, List<ObjectKey> keys, boolean last, int total) {
        return sender.adapter().submitStoreTask(
                keys, Chunks.buffers(keys, CHUNK), Optional.of(new StoreContext(request, last, total, KvLayout.OPAQUE)));
    }

    private static TaskResult store(Caller sender, String request, List<ObjectKey> keys) {
        return sender.await(TaskKind.STORE, submit(sender, request, keys, true, keys.size()));
    }

    private void read(String request, List<ObjectKey> keys) {
        assertTrue(decode.lookup(keys).bitmap().all());
        assertTrue(decode.load(keys, Chunks.empty(keys.size(), CHUNK)).bitmap().all());
        receiver.submitUnlock(keys);
        host.hold(keys);
        host.unpin(request);
    }

    private void awaitStaged(int chunks) {
        Waiting.until(chunks + " chunks in staging", () -> receiver.usage().objects() == chunks);
    }

    @Test
    @DisplayName("case 44: what L1 holds is pinned before the answer, not sent, and counts 0 bytes")
    void heldByL1() {
        List<ObjectKey> keys = Chunks.keys("k", 3);
        host.hold(keys.subList(0, 2));
        TaskResult result = store(sender(), "r", keys);
        assertTrue(result.success(), result.toString());
        assertEquals("001", result.moved().toString());
        assertEquals(Set.copyOf(keys.subList(0, 2)), host.pinned("r"));
        awaitStaged(1);
    }

    @Test
    @DisplayName("case 44: a chunk that was loaded for one request stays in staging for another that was told it is here")
    void keptForTheSecondReader() {
        Caller sender = sender();
        List<ObjectKey> keys = Chunks.keys("k", 2);
        store(sender, "a", keys);
        assertEquals(0, store(sender, "b", keys).bytesMoved());
        assertTrue(decode.lookup(keys).bitmap().all());
        assertTrue(decode.load(keys, Chunks.empty(2, CHUNK)).bitmap().all());
        receiver.submitUnlock(keys);
        host.unpin("a");
        // "a" is read, and its chunks stay for "b", which finds them.
        read("b", keys);
        awaitStaged(0);
        assertEquals(Integer.toString(ROOM * CHUNK), receiver.status().details().get("staging_free_bytes"));
    }

    private static String freed(L2Adapter receiver) {
        return receiver.status().details().get("freed");
    }

    @Test
    @DisplayName("staging is freed by the last unlock of what was loaded and read, and counted as consumed")
    void freedByUnlock() {
        List<ObjectKey> keys = Chunks.keys("k", 2);
        store(sender(), "r", keys);
        assertTrue(decode.lookup(keys).bitmap().all());
        assertTrue(decode.lookup(keys).bitmap().all());
        assertTrue(decode.load(keys, Chunks.empty(2, CHUNK)).bitmap().all());
        host.unpin("r");
        receiver.submitUnlock(keys);
        assertEquals(2, receiver.usage().objects(), "locked twice, unlocked once");
        assertEquals("", freed(receiver));
        receiver.submitUnlock(keys);
        awaitStaged(0);
        assertEquals("2 consumed", freed(receiver));
    }

    @Test
    @DisplayName("staging that nobody reads is freed when request_lease_ms is over, and counted as aged")
    void freedByAge() {
        HoldingsRef reader = new HoldingsRef();
        reader.set(new TestHoldings());
        try (L2Adapter hasty = Pd.receiver(ROOM * CHUNK, reader, "transfer_channel", channel, "request_lease_ms", 200);
                L2Adapter sender = Pd.sender(hasty);
                Caller prefill = new Caller(sender)) {
            assertTrue(store(prefill, "r", Chunks.keys("k", 2)).success());
            Waiting.until("both chunks freed by age", () -> freed(hasty).equals("2 aged"));
            assertEquals(0, hasty.usage().objects());
            assertEquals(Integer.toString(ROOM * CHUNK), hasty.status().details().get("staging_free_bytes"));
        }
    }

    @Test
    @DisplayName("what nobody will read any more stays until its room is needed; then as much goes as is needed, counted as evicted")
    void freedByPressure() {
        Caller sender = sender();
        List<ObjectKey> first = Chunks.keys("first", ROOM);
        assertTrue(store(sender, "first", first).success());
        holdings.clear(host);
        assertEquals(ROOM, receiver.usage().objects());
        assertEquals("", freed(receiver));
        assertTrue(store(sender, "second", Chunks.keys("second", 3)).success());
        assertEquals(ROOM, receiver.usage().objects());
        assertEquals("3 evicted", freed(receiver));
        TaskResult left = decode.lookup(first);
        assertEquals("00011111", left.bitmap().toString());
        receiver.submitUnlock(left.bitmap().gather(first));
    }

    @Test
    @DisplayName("case 45: two senders send the same key at once: stored once, both succeed")
    void sameKeysAtOnce() {
        Caller first = sender();
        Caller second = sender();
        for (int round = 0; round < 50; round++) {
            List<ObjectKey> keys = Chunks.keys("same-" + round, ROOM / 2);
            long one = submit(first, "one-" + round, keys, true, keys.size());
            long two = submit(second, "two-" + round, keys, true, keys.size());
            TaskResult a = first.await(TaskKind.STORE, one);
            TaskResult b = second.await(TaskKind.STORE, two);
            assertTrue(a.success(), a.toString());
            assertTrue(b.success(), b.toString());
            assertEquals((long) keys.size() * CHUNK, a.bytesMoved() + b.bytesMoved());
            assertEquals(keys.size(), a.moved().or(b.moved()).count());
            read("one-" + round, keys);
            read("two-" + round, keys);
            awaitStaged(0);
        }
    }

    @Test
    @DisplayName("case 46: a request that is larger than staging is refused at once")
    void largerThanStaging() {
        List<ObjectKey> keys = Chunks.keys("k", ROOM + 1);
        TaskResult result = store(sender(), "r", keys);
        assertEquals(TaskOutcome.FAILURE, result.outcome());
        assertEquals(ErrorCode.TOO_LARGE, result.error());
        assertTrue(result.errorText().contains(Integer.toString(ROOM * CHUNK)), result.errorText());
        TaskResult announced = sender().await(
                TaskKind.STORE, submit(callers.get(1), "s", keys.subList(0, 2), false, ROOM + 1));
        assertEquals(ErrorCode.TOO_LARGE, announced.error());
    }

    @Test
    @DisplayName("case 46: a full staging makes a request wait until its deadline, then no room is the answer; it goes on when there is room")
    void waitsForRoom() {
        Caller patient = sender();
        Caller hasty = sender("store_timeout_ms", HASTY_MILLIS);
        List<ObjectKey> first = Chunks.keys("first", ROOM);
        assertTrue(store(patient, "first", first).success());
        TaskResult failed = store(hasty, "hasty", Chunks.keys("hasty", 1));
        assertEquals(TaskOutcome.FAILURE, failed.outcome());
        assertEquals(ErrorCode.NO_ROOM, failed.error());
        List<ObjectKey> second = Chunks.keys("second", ROOM);
        long waiting = submit(patient, "second", second, true, ROOM);
        read("first", first);
        TaskResult result = patient.await(TaskKind.STORE, waiting);
        assertTrue(result.success(), result.toString());
    }

    @Test
    @DisplayName("case 46: the first batch reserves room for the whole request, so a later batch never waits for others")
    void wholeRequestIsAdmitted() {
        Caller one = sender();
        Caller other = sender("store_timeout_ms", HASTY_MILLIS);
        List<ObjectKey> keys = Chunks.keys("k", ROOM);
        long begun = submit(one, "r", keys.subList(0, 1), false, ROOM);
        assertTrue(one.await(TaskKind.STORE, begun).success());
        assertEquals(ErrorCode.NO_ROOM, store(other, "other", Chunks.keys("o", 1)).error());
        long rest = submit(one, "r", keys.subList(1, ROOM), true, ROOM);
        assertTrue(one.await(TaskKind.STORE, rest).success());
        awaitStaged(ROOM);
    }

    @Test
    @DisplayName("case 46: room that a request reserved and did not need comes back with its last batch")
    void surplusComesBack() {
        Caller sender = sender();
        List<ObjectKey> keys = Chunks.keys("k", ROOM);
        host.hold(keys.subList(2, ROOM));
        assertTrue(sender.await(TaskKind.STORE, submit(sender, "r", keys.subList(0, 1), false, ROOM)).success());
        TaskResult rest = sender.await(TaskKind.STORE, submit(sender, "r", keys.subList(1, ROOM), true, ROOM));
        assertTrue(rest.success(), rest.toString());
        assertEquals(1, rest.moved().count());
        String free = Integer.toString((ROOM - 2) * CHUNK);
        Waiting.until("the surplus", () -> receiver.status().details().get("staging_free_bytes").equals(free));
    }

    @Test
    @DisplayName("case 46: four senders, each with requests of half of staging, all finish")
    void fourSenders() {
        int requests = 25;
        for (int s = 0; s < 4; s++) {
            sender();
        }
        long[][] tasks = new long[4][requests];
        for (int r = 0; r < requests; r++) {
            for (int s = 0; s < 4; s++) {
                tasks[s][r] = submit(callers.get(s), "r" + s + "-" + r, Chunks.keys("k" + s + "-" + r, ROOM / 2), true, ROOM / 2);
            }
        }
        Set<String> unread = new HashSet<>();
        for (int s = 0; s < 4; s++) {
            for (int r = 0; r < requests; r++) {
                unread.add(s + "-" + r);
            }
        }
        long end = System.nanoTime() + Caller.patience().toNanos();
        while (!unread.isEmpty()) {
            assertTrue(System.nanoTime() - end < 0, "never read: " + unread);
            for (String each : List.copyOf(unread)) {
                List<ObjectKey> keys = Chunks.keys("k" + each, ROOM / 2);
                TaskResult found = decode.lookup(keys);
                if (found.bitmap().all()) {
                    assertTrue(decode.load(keys, Chunks.empty(ROOM / 2, CHUNK)).bitmap().all());
                    unread.remove(each);
                }
                receiver.submitUnlock(found.bitmap().gather(keys));
                if (found.bitmap().all()) {
                    host.unpin("r" + each);
                }
            }
        }
        for (int s = 0; s < 4; s++) {
            for (long task : tasks[s]) {
                TaskResult result = callers.get(s).await(TaskKind.STORE, task);
                assertTrue(result.success(), result.toString());
            }
        }
        awaitStaged(0);
    }
}
