package org.kvdock.itests.hotplug;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.kvdock.itests.hotplug.HostRig.get;

import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.itests.Jars;
import org.kvdock.itests.PaxOptions;
import org.kvdock.itests.inside.Blocks;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.ExamFactory;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.nat.internal.NativeTestContainerFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** Without a journal's bundle the host runs and says so, and no adapter accepts anything; with one they come. */
@RunWith(PaxExam.class)
@ExamFactory(NativeTestContainerFactory.class)
public class MissingJournalIT {
    @Inject
    private BundleContext context;

    private HostRig rig;
    private StorageManager host;

    @Configuration
    public Option[] configuration() {
        return new Option[] {
            PaxOptions.basics(),
            PaxOptions.declarativeServices(),
            PaxOptions.bundles("mock-adapter-bundle", "cache-host")
        };
    }

    @Before
    public void start() throws Exception {
        rig = new HostRig(context);
        host = rig.start(Map.of());
    }

    @After
    public void stop() throws Exception {
        rig.close();
    }

    private RequestStored store(List<ObjectKey> keys) {
        RequestWriter writer = host.write("r", keys, 10);
        for (int i = writer.prefixHits(); i < keys.size(); i++) {
            writer.put(i, chunk -> chunk.put((byte) 1));
        }
        return get(writer.finish());
    }

    @Test
    public void adaptersComeWithTheJournal() throws Exception {
        rig.adapter("a", Map.of());
        assertEquals(null, context.getServiceReference(L2Adapter.class));
        assertEquals(List.of(), host.status().adapters());
        assertTrue(store(Blocks.keys(0, 2)).error().orElseThrow().contains("no adapter"));

        Bundle journal = installJournal();
        int first = rig.awaitDocked("a");
        assertEquals(2, store(Blocks.keys(0, 2)).stored().count());

        journal.uninstall();
        rig.awaitGone("a");
        assertTrue(store(Blocks.keys(5, 2)).error().isPresent());
        assertEquals(Bundle.ACTIVE, rig.bundle("org.kvdock.l2.mock").getState());
        assertEquals(0, host.status().l1().locked());

        installJournal();
        assertTrue("another instance", rig.awaitDocked("a") > first);
        assertEquals(2, store(Blocks.keys(5, 2)).stored().count());
        rig.stop();
        assertEquals("an epoch for each instance", 2, rig.journals().epochs());
        assertEquals(0, rig.journals().openTasks());
    }

    private Bundle installJournal() throws BundleException {
        Bundle journal = context.installBundle(Jars.jar("chronicle-journal").toURI().toString());
        journal.start();
        return journal;
    }
}
