package org.kvdock.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;

import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.event.EventFd;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.ExamFactory;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.nat.internal.NativeTestContainerFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The adapters as services of a real framework: configured, found, stored to and loaded from, journaled. */
@RunWith(PaxExam.class)
@ExamFactory(NativeTestContainerFactory.class)
public class AdaptersInFelixIT {

    private static final long PATIENCE_MILLIS = 20_000;

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin configurations;

    @Configuration
    public Option[] configuration() {
        return new Option[] {
            PaxOptions.basics(),
            PaxOptions.declarativeServices(),
            PaxOptions.bundles("msgpack-core", "jeromq", "jnacl"),
            PaxOptions.bundles("chronicle-journal", "mock-adapter-bundle", "pd-adapter-bundle")
        };
    }

    @Test
    public void theMockAdapterStoresAndLoads() throws Exception {
        Path root = journals();
        configure("org.kvdock.l2.mock", Map.of("name", "mock-1"));
        L2Adapter mock = adapter("mock-1");
        RoundTrip.through(mock, mock);
        assertTrue("journaled under " + root, Files.isDirectory(root.resolve("mock-1")));
    }

    @Test
    public void thePdAdapterStoresAndLoadsInOneProcess() throws Exception {
        journals();
        configure("org.kvdock.l2.pd", Map.of("name", "pd-memory", "role", "sender", "transfer_channel", "mock_memory"));
        L2Adapter pd = adapter("pd-memory");
        RoundTrip.through(pd, pd);
    }

    @Test
    public void thePdAdapterStoresOnASenderAndLoadsOnAReceiver() throws Exception {
        journals();
        L2Adapter receiver = pd("receiver", "0", "0");
        Map<String, String> listening = receiver.status().details();
        RoundTrip.through(pd("sender", listening.get("peer_init_port"), listening.get("peer_alloc_port")), receiver);
    }

    @Test
    public void theNativeFragmentIsAttachedAndLoaded() throws Exception {
        assertEquals("org.kvdock.l2.api", FrameworkUtil.getBundle(EventFd.class).getSymbolicName());
        String maps = Files.readString(Path.of("/proc/self/maps"));
        try (EventFd fd = EventFd.create()) {
            assertTrue(fd.fd() >= 0);
            maps = Files.readString(Path.of("/proc/self/maps"));
        }
        assertTrue("the library is mapped", maps.contains("kvdock_eventfd"));
    }

    private Path journals() throws IOException {
        Path root = Files.createTempDirectory("kvdock-itest-journal");
        configurations.getConfiguration("org.kvdock.journal.chronicle", null)
                .update(dictionary(Map.of("root", root.toString())));
        return root;
    }

    private void configure(String factoryPid, Map<String, Object> values) throws IOException {
        configurations.createFactoryConfiguration(factoryPid, null).update(dictionary(values));
    }

    private L2Adapter pd(String role, String initPort, String allocPort) throws Exception {
        configure("org.kvdock.l2.pd", Map.of(
                "name", "pd-" + role, "role", role, "transfer_channel", "tcp", "peer_host", "127.0.0.1",
                "peer_init_port", initPort, "peer_alloc_port", allocPort, "buffer_size", 16 << 20));
        return adapter("pd-" + role);
    }

    private L2Adapter adapter(String name) throws Exception {
        ServiceTracker<L2Adapter, L2Adapter> tracker = new ServiceTracker<>(
                context,
                context.createFilter("(&(objectClass=" + L2Adapter.class.getName() + ")(" + L2Adapter.NAME_PROPERTY + "="
                        + name + "))"),
                null);
        tracker.open();
        L2Adapter found = tracker.waitForService(PATIENCE_MILLIS);
        assertNotNull("adapter " + name + " as a service", found);
        return found;
    }

    private static Dictionary<String, Object> dictionary(Map<String, Object> values) {
        return new Hashtable<>(values);
    }
}
