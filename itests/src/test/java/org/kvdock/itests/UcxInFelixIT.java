package org.kvdock.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.pd.channel.spi.TransferChannel;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.ExamFactory;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.forked.ForkedTestContainerFactory;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The channel ucx as a bundle that comes and goes under adapters that stay. In a process of its own, which a native library
 * could end. Skipped where UCX cannot be used.
 */
@RunWith(PaxExam.class)
@ExamFactory(ForkedTestContainerFactory.class)
public class UcxInFelixIT {
    private static final long PATIENCE_MILLIS = 30_000;
    private static final int CHUNK = 300_000;

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
            PaxOptions.bundles("chronicle-journal", "pd-adapter-bundle", "pd-channel-ucx"),
            PaxOptions.forked()
        };
    }

    @Test
    public void theBundleComesAndGoesAndTheAdaptersStay() throws Exception {
        ServiceTracker<TransferChannel, TransferChannel> channels = new ServiceTracker<>(context, TransferChannel.class, null);
        channels.open();
        Optional<String> obstacle = channels.waitForService(PATIENCE_MILLIS).obstacle();
        assumeTrue("UCX cannot be used: " + obstacle.orElse(""), obstacle.isEmpty());
        try (ConfiguredAdapters adapters = new ConfiguredAdapters(context, configurations)) {
            L2Adapter receiver = adapters.add("org.kvdock.l2.pd", pd("receiver", "0", "0"));
            Map<String, String> told = receiver.status().details();
            L2Adapter sender = adapters.add("org.kvdock.l2.pd", pd("sender", told.get("peer_init_port"), told.get("peer_alloc_port")));
            RoundTrip.through(sender, receiver);
            assertEquals("ucx", sender.status().details().get("channel"));
            Bundle bundle = bundle();
            bundle.stop();
            assertNull(channels.getService());
            long task = sender.submitStoreTask(
                    List.of(ObjectKey.of(new byte[] {9, 9}, "itest", 0, 0, "")), List.of(KvBuffer.allocate(CHUNK)));
            bundle.start();
            // It waited for the channel.
            assertTrue(RoundTrip.await(sender, TaskKind.STORE, task).success());
            // Anew, in a class loader of its own: the native half is loaded once more.
            bundle.update();
            RoundTrip.through(sender, receiver);
            assertEquals("ucx", sender.status().details().get("channel"));
            assertEquals(
                    "the adapters stayed", List.of(receiver, sender), List.of(adapters.find("pd-receiver"), adapters.find("pd-sender")));
        }
        channels.close();
    }

    private static Map<String, Object> pd(String role, String initPorts, String allocPorts) {
        return Map.of(
                "name", "pd-" + role, "role", role, "transfer_channel", "ucx", "peer_host", "127.0.0.1",
                "peer_init_port", initPorts, "peer_alloc_port", allocPorts, "buffer_size", 16 << 20, "reconnect_max_ms", 200);
    }

    private Bundle bundle() {
        return List.of(context.getBundles()).stream()
                .filter(each -> "org.kvdock.l2.pd.ucx".equals(each.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }
}
