package org.kvdock.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
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
        Path root = Files.createTempDirectory("kvdock-itest-ucx");
        configurations.getConfiguration("org.kvdock.journal.chronicle", null)
                .update(new Hashtable<>(Map.of("root", root.toString())));
        L2Adapter receiver = adapter("receiver", "0", "0");
        L2Adapter sender = adapter(
                "sender", receiver.status().details().get("peer_init_port"), receiver.status().details().get("peer_alloc_port"));
        List<L2Adapter> adapters = List.of(receiver, sender);

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
        assertEquals("the adapters stayed", adapters, List.of(service("receiver"), service("sender")));
        channels.close();
    }

    private Bundle bundle() {
        return List.of(context.getBundles()).stream()
                .filter(each -> "org.kvdock.l2.pd.ucx".equals(each.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    private L2Adapter adapter(String role, String init, String alloc) throws Exception {
        configurations.createFactoryConfiguration("org.kvdock.l2.pd", null).update(new Hashtable<>(Map.of(
                "name", "pd-" + role, "role", role, "transfer_channel", "ucx", "peer_host", "127.0.0.1",
                "peer_init_port", init, "peer_alloc_port", alloc, "buffer_size", 16 << 20, "reconnect_max_ms", 200)));
        return service(role);
    }

    private L2Adapter service(String role) throws Exception {
        ServiceTracker<L2Adapter, L2Adapter> tracker = new ServiceTracker<>(
                context,
                context.createFilter("(&(objectClass=" + L2Adapter.class.getName() + ")(" + L2Adapter.NAME_PROPERTY + "=pd-" + role + "))"),
                null);
        tracker.open();
        L2Adapter found = tracker.waitForService(PATIENCE_MILLIS);
        assertTrue("adapter " + role + " as a service", found != null);
        return found;
    }
}
