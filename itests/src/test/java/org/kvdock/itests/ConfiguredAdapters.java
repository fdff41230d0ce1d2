package org.kvdock.itests;

import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.base.Uninterrupted;
import org.kvdock.l2.journal.TaskJournals;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** Adapters that a test configures in its framework, and their journals; all of it goes again with this. */
final class ConfiguredAdapters implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 30_000;

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final Path journals;
    // In the order in which they were made.
    private final List<Configuration> made = new ArrayList<>();
    private final List<ServiceTracker<?, ?>> trackers = new ArrayList<>();

    ConfiguredAdapters(BundleContext context, ConfigurationAdmin configurations) throws IOException {
        this.context = context;
        this.configurations = configurations;
        this.journals = Files.createTempDirectory("kvdock-itest-journals");
        update(configurations.getConfiguration("org.kvdock.journal.chronicle", null), Map.of("root", journals.toString()));
    }

    /** Where the journals are, each in a folder of its adapter's name. */
    Path journals() {
        return journals;
    }

    /** Adds one, and waits for its service. */
    L2Adapter add(String factoryPid, Map<String, Object> values) throws Exception {
        update(configurations.createFactoryConfiguration(factoryPid, null), values);
        return find((String) values.get("name"));
    }

    private void update(Configuration configuration, Map<String, Object> values) throws IOException {
        made.add(configuration);
        configuration.update(new Hashtable<>(values));
    }

    /** Waits for an adapter's service. */
    L2Adapter find(String name) throws Exception {
        ServiceTracker<L2Adapter, L2Adapter> tracker = new ServiceTracker<>(
                context,
                context.createFilter("(&(objectClass=" + L2Adapter.class.getName() + ")(" + L2Adapter.NAME_PROPERTY + "=" + name + "))"),
                null);
        trackers.add(tracker);
        tracker.open();
        L2Adapter found = tracker.waitForService(PATIENCE_MILLIS);
        assertNotNull("adapter " + name + " as a service", found);
        return found;
    }

    /** The journals' service goes last, when the adapters have closed: then nobody writes into their folders any more. */
    @Override
    public void close() throws IOException {
        trackers.forEach(ServiceTracker::close);
        CountDownLatch gone = new CountDownLatch(1);
        ServiceTracker<TaskJournals, TaskJournals> last = new ServiceTracker<>(context, TaskJournals.class, null) {
            @Override
            public void removedService(ServiceReference<TaskJournals> reference, TaskJournals service) {
                super.removedService(reference, service);
                gone.countDown();
            }
        };
        last.open();
        for (int i = made.size() - 1; i >= 0; i--) {
            made.get(i).delete();
        }
        boolean ended = Uninterrupted.await(
                TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS), left -> gone.await(left, TimeUnit.NANOSECONDS));
        last.close();
        assertTrue("the end of the journals' service", ended);
        try (Stream<Path> all = Files.walk(journals)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
