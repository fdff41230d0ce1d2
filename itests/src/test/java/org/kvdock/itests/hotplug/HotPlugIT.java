package org.kvdock.itests.hotplug;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.kvdock.itests.hotplug.HostRig.get;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kvdock.host.HostStatus;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.itests.PaxOptions;
import org.kvdock.itests.inside.Blocks;
import org.kvdock.journal.chronicle.read.JournalInfo;
import org.kvdock.l2.ClosedException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.ExamFactory;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.nat.internal.NativeTestContainerFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;

/**
 * Cases 95 to 102: adapters, their bundle and the journal come and go while the host runs. JUnit 4 knows no display names,
 * so the methods' names have the numbers.
 */
@RunWith(PaxExam.class)
@ExamFactory(NativeTestContainerFactory.class)
public class HotPlugIT {
    private static final String MOCK = "org.kvdock.l2.mock";
    private static final String JOURNAL = "org.kvdock.journal.chronicle";

    @Inject
    private BundleContext context;

    private HostRig rig;
    private StorageManager host;
    private final Queue<String> strangersStopped = new ConcurrentLinkedQueue<>();

    @Configuration
    public Option[] configuration() {
        return new Option[] {
            PaxOptions.basics(),
            PaxOptions.declarativeServices(),
            PaxOptions.bundles("chronicle-journal", "mock-adapter-bundle", "cache-host")
        };
    }

    @Before
    public void start() throws Exception {
        rig = new HostRig(context);
        host = rig.start(Map.of("l1_max_objects", 500));
    }

    @After
    public void stop() throws Exception {
        rig.close();
    }

    private RequestStored store(String id, int from) {
        List<ObjectKey> keys = Blocks.keys(from, 3);
        RequestWriter writer = host.write(id, keys, 100);
        for (int i = writer.prefixHits(); i < keys.size(); i++) {
            writer.put(i, chunk -> chunk.put((byte) 1));
        }
        return get(writer.finish());
    }

    /** Listens for other bundles that leave ACTIVE while an action runs. */
    private void whileOthersStay(String moved, ThrowingAction action) throws Exception {
        BundleListener listener = event -> {
            if (event.getType() == BundleEvent.STOPPED && !moved.equals(event.getBundle().getSymbolicName())) {
                strangersStopped.add(event.getBundle().getSymbolicName());
            }
        };
        context.addBundleListener(listener);
        try {
            action.run();
        } finally {
            context.removeBundleListener(listener);
        }
        assertEquals("bundles that left ACTIVE", List.of(), List.copyOf(strangersStopped));
    }

    private interface ThrowingAction {
        void run() throws Exception;
    }

    /** After the end of all adapters: every task has ended and every result was fetched, and no lock is held. */
    private JournalInfo assertBooksClosed(long submitted) throws Exception {
        JournalInfo journals = rig.journals();
        assertEquals("accepted by the host's and the journals' count", submitted, journals.submitted());
        assertEquals(journals.submitted(), journals.completed());
        assertEquals(journals.submitted(), journals.delivered());
        assertEquals(0, journals.openTasks());
        assertEquals(0, journals.abandoned());
        assertEquals(0, journals.locksHeld());
        assertEquals(0, journals.strays());
        return journals;
    }

    private void assertNothingHeld() {
        assertTrue(host.awaitIdle(java.time.Duration.ofSeconds(HostRig.PATIENCE_SECONDS)));
        HostStatus status = host.status();
        assertEquals(0, status.l1().locked());
        assertEquals(0, status.l1().reserved());
        assertEquals(status.stores().tasksSubmitted(), status.stores().tasksCompleted());
        assertEquals(status.prefetches().tasksSubmitted(), status.prefetches().tasksCompleted());
    }

    private static long submitted(HostStatus status) {
        return status.stores().tasksSubmitted() + status.prefetches().tasksSubmitted();
    }

    @Test
    public void case95_96_98_anAdapterComesAndGoesWithItsConfiguration() throws Exception {
        assertTrue("nobody to store on", store("r0", 0).error().isPresent());
        rig.adapter("a", Map.of());
        int first = rig.awaitDocked("a");
        assertEquals(3, store("r1", 0).stored().count());
        rig.deleteAdapter("a");
        rig.awaitGone("a");
        assertTrue(store("r2", 10).error().isPresent());
        rig.adapter("a", Map.of());
        assertNotEquals(first, rig.awaitDocked("a"));
        RequestStored stored = store("r3", 10);
        assertEquals(stored.toString(), 3, stored.moved().count());
        assertNothingHeld();
    }

    /** The bundle is updated in place, twice, under 8 threads of load. */
    @Test
    public void case99_anUpdateUnderLoadLosesNothing() throws Exception {
        rig.adapter("a", Map.of());
        rig.adapter("b", Map.of());
        rig.awaitDocked("a");
        rig.awaitDocked("b");
        Bundle mock = rig.bundle(MOCK);
        long seed = System.nanoTime();
        Load load = new Load(host, 8, seed);
        whileOthersStay(MOCK, () -> {
            for (String version : List.of("0.1.1", "0.1.2")) {
                load.awaitStored(100);
                int before = rig.awaitDocked("a");
                mock.update(Rebundle.withVersion("mock-adapter-bundle", version));
                assertEquals(version, mock.getVersion().toString());
                assertNotEquals(before, rig.awaitDocked("a"));
                rig.awaitDocked("b");
            }
            load.awaitStored(100);
        });
        load.close();
        assertEquals("seed " + seed, 0, load.damaged.get());
        assertNothingHeld();
        long submitted = submitted(host.status());
        rig.stop();
        assertEquals(6, assertBooksClosed(submitted).epochs());
    }

    /** Stopped and started again and again under load; 1,000 times with lab swap. */
    @Test
    public void case97_100_aBundleThatStopsAndStartsUnderLoadLosesNothing() throws Exception {
        rig.adapter("a", Map.of());
        rig.awaitDocked("a");
        Bundle mock = rig.bundle(MOCK);
        long seed = System.nanoTime();
        Load load = new Load(host, 8, seed);
        whileOthersStay(MOCK, () -> {
            for (int i = 0; i < 5; i++) {
                load.awaitStored(50);
                mock.stop();
                mock.stop();
                assertEquals(List.of(), host.status().adapters());
                mock.start();
                rig.awaitDocked("a");
            }
        });
        load.close();
        assertEquals("seed " + seed, 0, load.damaged.get());
        assertNothingHeld();
        long submitted = submitted(host.status());
        rig.stop();
        assertBooksClosed(submitted);
    }

    /** Adapters go with the journal's bundle and come back in new epochs. */
    @Test
    public void case101_theJournalLeavesAndReturns() throws Exception {
        rig.adapter("a", Map.of());
        int before = rig.awaitDocked("a");
        Bundle journal = rig.bundle(JOURNAL);
        L2Adapter direct = context.getService(context.getServiceReference(L2Adapter.class));
        long seed = System.nanoTime();
        Load load = new Load(host, 8, seed);
        load.awaitStored(50);
        whileOthersStay(JOURNAL, () -> {
            journal.stop();
            rig.awaitGone("a");
            RequestStored refused = store("without a journal", 5000);
            assertTrue(refused.stored().isEmpty());
            assertEquals("no adapter is docked", refused.error().orElseThrow());
            // Whoever has kept the adapter itself is told so.
            ClosedException closed = assertThrows(ClosedException.class, () -> direct.submitLookupAndLockTask(List.of()));
            assertTrue(closed.getMessage(), closed.getMessage().startsWith("a: "));
            journal.start();
            assertNotEquals(before, rig.awaitDocked("a"));
            load.awaitStored(50);
        });
        load.close();
        assertEquals("seed " + seed, 0, load.damaged.get());
        assertNothingHeld();
        long submitted = submitted(host.status());
        rig.stop();
        assertEquals(2, assertBooksClosed(submitted).epochs());
    }

    /** An adapter whose tasks never end is removed at the deadline, and they complete as cancelled. */
    @Test
    public void case102_aStuckAdapterIsRemoved() throws Exception {
        rig.adapter("stuck", Map.of("stuck", true, "close_grace_ms", 500));
        rig.awaitDocked("stuck");
        var stored = host.write("r", Blocks.keys(0, 3), 100);
        for (int i = 0; i < 3; i++) {
            stored.put(i, chunk -> chunk.put((byte) 1));
        }
        var stage = stored.finish();
        HostRig.await("the store in flight", () -> host.status().stores().tasksSubmitted() == 1);
        long start = System.nanoTime();
        rig.deleteAdapter("stuck");
        rig.awaitGone("stuck");
        assertTrue("took " + (System.nanoTime() - start) / 1_000_000 + " ms", System.nanoTime() - start < 5_000_000_000L);
        assertTrue(get(stage).error().orElseThrow(), get(stage).error().orElseThrow().contains("CANCELLED"));
        assertNothingHeld();
        rig.adapter("sound", Map.of());
        rig.awaitDocked("sound");
        assertEquals(3, store("r1", 0).stored().count());
        rig.stop();
        // The journal closes with the adapter, so it may not have the delivery of what was cancelled.
        JournalInfo journals = rig.journals();
        assertEquals(2, journals.submitted());
        assertEquals(2, journals.completed());
        assertEquals(0, journals.openTasks() + journals.abandoned() + journals.locksHeld());
    }

    private int prefetched(String id, int from) {
        try (Prefetched got = get(host.prefetch(id, Blocks.keys(from, 3), 100, java.time.Duration.ofSeconds(10)))) {
            return got.prefix();
        }
    }

    private long held(String adapter) throws Exception {
        return context.getServiceReferences(L2Adapter.class, null).stream()
                .map(context::getService)
                .filter(service -> service.name().equals(adapter))
                .mapToLong(service -> service.usage().objects())
                .sum();
    }

    /** A bundle brings both policies while the host runs; they are asked from then on, and the defaults again without it. */
    @Test
    public void policiesComeAndGoWithTheirBundle() throws Exception {
        rig.adapter("a", Map.of());
        rig.adapter("b", Map.of());
        rig.awaitDocked("a");
        rig.awaitDocked("b");
        store("r0", 0);
        assertEquals("on both: a", 3, held("a"));
        assertEquals("on both: b", 3, held("b"));
        whileOthersStay("org.kvdock.itests.policy", () -> {
            Bundle policies = context.installBundle("policies", PolicyBundle.jar());
            policies.start();
            assertEquals(3, store("r1", 10).stored().count());
            assertEquals("not on a", 3, held("a"));
            assertEquals("on b", 6, held("b"));
            assertEquals(6, host.clear());
            assertEquals("a has them", 3, prefetched("p0", 0));
            assertEquals("b alone has them", 0, prefetched("p1", 10));
            policies.uninstall();
        });
        assertEquals("b is asked again", 3, prefetched("p2", 10));
        store("r2", 20);
        assertEquals("on both again: a", 6, held("a"));
        assertEquals("on both again: b", 9, held("b"));
        assertNothingHeld();
    }

    /** What was stored by one instance is loaded from the other, through the host's own service. */
    @Test
    public void whatOneAdapterHasTheHostLoadsBack() throws Exception {
        rig.adapter("a", Map.of());
        rig.awaitDocked("a");
        assertEquals(3, store("r0", 100).moved().count());
        // 500 others push them out of L1.
        for (int i = 0; i < 500; i += 3) {
            store("r" + i, 1000 + i);
        }
        try (Prefetched got = get(host.prefetch("p", Blocks.keys(100, 3), 100, java.time.Duration.ofSeconds(10)))) {
            assertEquals(3, got.prefix());
            assertEquals(1, got.view(2).get());
        }
        assertEquals(3, host.status().prefetches().chunksLoaded());
        assertFalse(host.status().l1().evictions() == 0);
    }
}
