package org.kvdock.l2.pd.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.AdapterSettings;
import org.kvdock.l2.base.L2AdapterBase;
import org.kvdock.l2.base.LoadTask;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.base.StoreTask;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;
import org.kvdock.l2.pd.HoldingsRef;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.tck.Chunks;

/** What a sender asks for again and again is kept once: nobody can take memory by repeating himself. */
class RepetitionTest {
    private static final int CHUNK = 64;
    private static final int ROOM = 4;
    private static final int TIMES = 1000;
    private static final long LEASE_NANOS = 10_000_000_000L;

    /** Lends its index. */
    private static final class Holder extends L2AdapterBase<Slot> {
        Holder(TaskJournal journal) {
            super("holder", "pd", AdapterSettings.DEFAULT, journal, TimeSource.SYSTEM);
            start();
        }

        ObjectIndex<Slot> held() {
            return index();
        }

        @Override
        protected void store(StoreTask task) {
            task.complete();
        }

        @Override
        protected void load(LoadTask task) {
            task.complete();
        }
    }

    /** Takes what it is told. */
    private final class Owner implements TransferOwner {
        @Override
        public Arena arena() {
            return memory.arena();
        }

        @Override
        public boolean writesInPlace() {
            return false;
        }

        @Override
        public boolean isWritten(Grant grant) {
            return true;
        }

        @Override
        public boolean mayStillWrite(Grant grant) {
            return false;
        }

        @Override
        public void allocated(InboundTransfer transfer, List<Grant> grants, int[] alreadySent) {}

        @Override
        public void refused(InboundTransfer transfer, ErrorCode code, String text) {}

        @Override
        public void ended(InboundTransfer transfer) {}

        @Override
        public void lapsed(InboundTransfer transfer) {}
    }

    private final Holder holder = L2AdapterBase.over(new MemoryJournals(), "holder", Holder::new);
    private final Staging memory = Staging.inMemory(ROOM * CHUNK);
    private final HoldingsRef holdings = new HoldingsRef();
    private final Stock stock = new Stock(holder.held(), memory, LEASE_NANOS);
    private final Requests requests = new Requests(stock, memory, holdings, LEASE_NANOS, LEASE_NANOS, this::roomFreed);
    private final Set<Runnable> timers = new HashSet<>();
    private final Desk desk = new Desk(
            holder.held(), memory, new Admission(holder.held(), memory, holdings, stock), requests, stock, LEASE_NANOS,
            (nanos, job) -> {
                timers.add(job);
                return () -> timers.remove(job);
            });

    private void roomFreed() {
        desk.roomFreed();
    }

    @AfterEach
    void close() {
        holder.close();
    }

    private InboundTransfer reserve(long id, List<ObjectKey> keys) {
        int[] lengths = new int[keys.size()];
        java.util.Arrays.fill(lengths, CHUNK);
        InboundTransfer transfer = new InboundTransfer(
                new Owner(), new RequestName("sender", ""),
                new Message.Reserve(id, 0, "", true, keys.size(), Limits.MILLIS, keys, lengths, KvLayout.OPAQUE),
                System.nanoTime());
        desk.reserve(transfer);
        return transfer;
    }

    @Test
    @DisplayName("R14: transfers that waited for room leave nothing behind when they are given up, or when they get some")
    void waiting() {
        InboundTransfer first = reserve(0, Chunks.keys("first", ROOM));
        for (int i = 1; i <= TIMES; i++) {
            InboundTransfer waiting = reserve(i, Chunks.keys("later", 1));
            assertTrue(desk.isAnybodyWaiting());
            desk.abort(waiting);
            desk.settle();
        }
        assertEquals(0, timers.size());
        reserve(TIMES + 1, Chunks.keys("last", 1));
        assertEquals(1, timers.size());
        desk.abort(first);
        desk.settle();
        assertEquals(0, timers.size());
    }

    @Test
    @DisplayName("R14: a chunk that a request asks for again and again is kept for it once")
    void kept() {
        ObjectKey key = Chunks.key("k");
        Slot slot = memory.take(memory.arena(), CHUNK);
        holder.held().publish(key, CHUNK, 0, 0, slot);
        stock.published(key, slot, System.nanoTime());
        Request request = new Request(new RequestName("sender", "r"), 1, new java.util.ArrayList<>(), System.nanoTime());
        for (int i = 0; i < TIMES; i++) {
            assertTrue(requests.keepIfStaged(request, key));
        }
        assertEquals(List.of(key), request.letGo());
        assertTrue(holder.delete(List.of(key)).test(0));
    }
}
