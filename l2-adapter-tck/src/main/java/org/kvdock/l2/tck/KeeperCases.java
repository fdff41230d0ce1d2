package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.Usage;
import org.kvdock.l2.journal.JournalRecord;

/** What the adapter holds, and what it tells about itself (R13, R15). */
public interface KeeperCases extends KitCases {
    @Test
    @DisplayName("case 27: usage by salt; a re-store adds nothing; delete subtracts; locked keys are skipped by delete")
    default void usage() {
        KitBench.Run run = bench().open();
        ObjectKey plain = Chunks.key("c27");
        ObjectKey a = Chunks.key("c27", "tenant-a");
        ObjectKey b = Chunks.key("c27-2", "tenant-a");
        assertEquals(0, run.reading().usage().bytes());
        run.store(plain, 100);
        run.store(a, 200);
        run.store(b, 300);
        run.store(b, 300);
        Usage usage = run.reading().usage();
        assertEquals(600, usage.bytes());
        assertEquals(3, usage.objects());
        assertEquals(Map.of("", 100L, "tenant-a", 500L), usage.bytesBySalt());
        run.lookup(List.of(a));
        assertEquals("1010", run.reading().delete(List.of(plain, a, b, Chunks.key("c27-unknown"))).toString());
        assertEquals(Map.of("tenant-a", 200L), run.reading().usage().bytesBySalt());
        run.reading().submitUnlock(List.of(a));
        assertEquals("1", run.reading().delete(List.of(a)).toString());
        assertEquals(0, run.reading().usage().bytes());
        assertEquals(0, run.reading().usage().objects());
        assertEquals("000", run.lookup(List.of(plain, a, b)).bitmap().toString());
        assertEquals(200, run.store(a, 200).bytesMoved(), "a deleted key is stored anew");
    }

    @Test
    @DisplayName("case 28: listing keys gives pages in a stable order, each key once")
    default void pages() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c28", 25);
        run.store(keys, Chunks.buffers(keys, 16));
        for (int size : new int[] {1, 7, 25, 26, 10_000}) {
            List<ObjectKey> listed = new ArrayList<>();
            Optional<String> cursor = Optional.empty();
            int pages = 0;
            do {
                KeyPage page = run.reading().listKeys(cursor, size);
                assertTrue(page.keys().size() <= size, page.keys().size() + " keys on a page of " + size);
                listed.addAll(page.keys());
                cursor = page.next();
                assertTrue(++pages <= 26, "pages without end");
            } while (cursor.isPresent());
            assertEquals(25, listed.size(), "page size " + size);
            assertEquals(new HashSet<>(keys), new HashSet<>(listed));
            assertEquals(run.reading().listKeys(Optional.empty(), 10_000).keys(), listed, "the order is stable");
        }
    }

    @Test
    @DisplayName("case 28: keys that come and go between two pages cost no other key its place")
    default void pagesWhileKeysChange() {
        KitBench.Run run = bench().open();
        List<ObjectKey> keys = Chunks.keys("c28-change", 10);
        run.store(keys, Chunks.buffers(keys, 16));
        List<ObjectKey> order = run.reading().listKeys(Optional.empty(), 100).keys();
        KeyPage first = run.reading().listKeys(Optional.empty(), 4);
        run.reading().delete(List.of(order.get(0), order.get(3), order.get(5)));
        run.store(Chunks.key("c28-new"), 16);
        List<ObjectKey> rest = run.reading().listKeys(first.next(), 100).keys();
        assertEquals(order.subList(0, 4), first.keys());
        List<ObjectKey> expected = new ArrayList<>(order.subList(4, 10));
        expected.remove(order.get(5));
        assertTrue(rest.containsAll(expected), "lost: " + expected + " in " + rest);
        assertFalse(rest.contains(order.get(5)));
    }

    @Test
    @DisplayName("case 28: a bad page size or cursor is refused")
    default void badPages() {
        KitBench.Run run = bench().open();
        run.store(Chunks.key("c28-bad"), 16);
        for (int size : new int[] {0, -1, 10_001, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            BadArgumentException e = assertThrows(
                    BadArgumentException.class, () -> run.reading().listKeys(Optional.empty(), size), "size " + size);
            assertTrue(e.getMessage().contains(Integer.toString(size)), e.getMessage());
        }
        for (String cursor : List.of("", "no cursor", "\n", "99999999999999999999999", "-5")) {
            assertThrows(
                    BadArgumentException.class, () -> run.reading().listKeys(Optional.of(cursor), 10), "cursor " + cursor);
        }
    }

    @Test
    @DisplayName("case 29: two salts never see each other's objects")
    default void salts() {
        KitBench.Run run = bench().open();
        ObjectKey plain = Chunks.key("c29");
        ObjectKey a = Chunks.key("c29", "a");
        ObjectKey b = Chunks.key("c29", "b");
        run.store(a, 64);
        assertEquals("010", run.lookup(List.of(plain, a, b)).bitmap().toString());
        assertEquals("010", run.load(List.of(plain, a, b), Chunks.empty(3, 64)).bitmap().toString());
        assertEquals(64, run.store(b, 64).bytesMoved(), "equal content under another salt is another object");
        GuardedMemory ofA = new GuardedMemory(64);
        GuardedMemory ofB = new GuardedMemory(64);
        run.load(List.of(a, b), List.of(ofA.buffer(), ofB.buffer()));
        ofA.assertHolds(Chunks.content(a, 64));
        ofB.assertHolds(Chunks.content(b, 64));
        assertEquals("001", run.reading().delete(List.of(plain, a, b)).toString(), "a is locked, b is not");
    }

    @Test
    @DisplayName("case 30: status holds name, epoch, phase, health and what is in flight, with its age")
    default void status() {
        KitBench.Run run = bench().open();
        for (Caller caller : run.callers()) {
            AdapterStatus fresh = caller.adapter().status();
            assertEquals(caller.adapter().name(), fresh.name());
            assertFalse(fresh.type().isBlank());
            assertEquals(AdapterStatus.Phase.OPEN, fresh.phase());
            assertEquals(run.journal(caller.adapter()).epoch(), fresh.epoch());
            assertEquals(3, fresh.inFlight().size());
            assertEquals(3, fresh.bytesMoved().size());
        }
        KitJournal journal = run.journal(run.storing());
        journal.hold();
        ObjectKey key = Chunks.key("c30");
        long id = run.submit(TaskKind.STORE, List.of(key), List.of(Chunks.buffer(key, 64)));
        journal.await(JournalRecord.Completed.class, 1);
        AdapterStatus busy = run.storing().status();
        assertEquals(1, busy.inFlight().get(TaskKind.STORE).tasks());
        assertTrue(busy.inFlight().get(TaskKind.STORE).oldest().toNanos() > 0);
        assertEquals(0, busy.inFlight().get(TaskKind.LOAD).tasks());
        journal.release(true);
        run.caller(TaskKind.STORE).awaitUntil("the store", () -> run.storing().status().unfetched() == 1);
        assertEquals(0, run.storing().status().inFlight().get(TaskKind.STORE).tasks());
        run.await(TaskKind.STORE, id);
        AdapterStatus done = run.storing().status();
        assertEquals(0, done.unfetched());
        assertEquals(64, done.bytesMoved().get(TaskKind.STORE));
        assertTrue(done.healthy());
    }
}
