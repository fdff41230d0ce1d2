package org.kvdock.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
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

/** The adapters as services of a real framework: configured, found, stored to and loaded from, journaled. */
@RunWith(PaxExam.class)
@ExamFactory(NativeTestContainerFactory.class)
public class AdaptersInFelixIT {
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
        try (ConfiguredAdapters adapters = new ConfiguredAdapters(context, configurations)) {
            L2Adapter mock = adapters.add("org.kvdock.l2.mock", Map.of("name", "mock-1"));
            RoundTrip.through(mock, mock);
            assertTrue("journaled under " + adapters.journals(), Files.isDirectory(adapters.journals().resolve("mock-1")));
        }
    }

    @Test
    public void thePdAdapterStoresAndLoadsInOneProcess() throws Exception {
        try (ConfiguredAdapters adapters = new ConfiguredAdapters(context, configurations)) {
            L2Adapter pd = adapters.add(
                    "org.kvdock.l2.pd", Map.of("name", "pd-memory", "role", "sender", "transfer_channel", "mock_memory"));
            RoundTrip.through(pd, pd);
        }
    }

    @Test
    public void thePdAdapterStoresOnASenderAndLoadsOnAReceiver() throws Exception {
        try (ConfiguredAdapters adapters = new ConfiguredAdapters(context, configurations)) {
            L2Adapter receiver = adapters.add("org.kvdock.l2.pd", pd("receiver", "0", "0"));
            Map<String, String> told = receiver.status().details();
            L2Adapter sender = adapters.add("org.kvdock.l2.pd", pd("sender", told.get("peer_init_port"), told.get("peer_alloc_port")));
            RoundTrip.through(sender, receiver);
        }
    }

    private static Map<String, Object> pd(String role, String initPorts, String allocPorts) {
        return Map.of(
                "name", "pd-" + role, "role", role, "transfer_channel", "tcp", "peer_host", "127.0.0.1",
                "peer_init_port", initPorts, "peer_alloc_port", allocPorts, "buffer_size", 16 << 20);
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
}
