package org.kvdock.itests.hotplug;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.kvdock.host.DockPhase;
import org.kvdock.host.HostStatus;
import org.kvdock.host.StorageManager;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalInfo;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** A host in the framework of the test: its configurations, its bundles, and waiting for what they bring about. */
final class HostRig {
    /** Far more than anything here takes; only what never happens reaches it. */
    static final long PATIENCE_SECONDS = 30;

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    private final Path root;
    private final ServiceTracker<StorageManager, StorageManager> host;

    HostRig(BundleContext context) throws IOException {
        this.context = context;
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        this.admin = context.getService(reference);
        this.root = Files.createTempDirectory("kvdock-hotplug");
        this.host = new ServiceTracker<>(context, StorageManager.class, null);
        host.open();
    }

    /** The journal and the host; adapters are {@link #adapter} configurations. */
    StorageManager start(Map<String, Object> hostKeys) throws Exception {
        configure(admin.getConfiguration("org.kvdock.journal.chronicle", "?"), Map.of("root", root.toString()));
        configure(admin.getConfiguration("org.kvdock.host", "?"), hostKeys);
        StorageManager found = host.waitForService(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        if (found == null) {
            throw new AssertionError("no StorageManager in " + PATIENCE_SECONDS + " s");
        }
        return found;
    }

    /** Makes or changes a mock adapter. */
    void adapter(String name, Map<String, Object> keys) throws IOException {
        adapter("org.kvdock.l2.mock", name, keys);
    }

    /** Makes or changes an adapter of a factory. */
    void adapter(String factory, String name, Map<String, Object> keys) throws IOException {
        Hashtable<String, Object> properties = new Hashtable<>(keys);
        properties.put("name", name);
        admin.getFactoryConfiguration(factory, name, "?").update(properties);
    }

    void deleteAdapter(String name) throws IOException {
        admin.getFactoryConfiguration("org.kvdock.l2.mock", name, "?").delete();
    }

    private static void configure(Configuration configuration, Map<String, Object> keys) throws IOException {
        configuration.update(new Hashtable<>(keys));
    }

    StorageManager host() {
        return host.getService();
    }

    Bundle bundle(String symbolicName) {
        return Stream.of(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName));
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not in " + PATIENCE_SECONDS + " s: " + what);
            }
            Thread.yield();
        }
    }

    /** @return the id of the docked adapter of this name */
    int awaitDocked(String name) {
        await(name + " docked", () -> docked(name) >= 0);
        return docked(name);
    }

    void awaitGone(String name) {
        await(name + " gone", () -> host().status().adapters().stream().noneMatch(adapter -> adapter.name().equals(name)));
    }

    private int docked(String name) {
        StorageManager now = host();
        return now == null ? -1 : now.status().adapters().stream()
                .filter(adapter -> adapter.name().equals(name) && adapter.phase() == DockPhase.DOCKED)
                .mapToInt(HostStatus.Adapter::id)
                .findFirst()
                .orElse(-1);
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("a stage did not complete", e);
        }
    }

    /** @return all adapters' journals together, after the adapters have ended */
    JournalInfo journals() throws IOException {
        List<JournalInfo> all = new java.util.ArrayList<>();
        for (JournalDirectory journal : JournalDirectory.find(root)) {
            all.add(JournalInfo.of(JournalFold.of(journal, JournalFold.Limit.NONE, JournalFold.Progress.NONE)));
        }
        return JournalInfo.sum(all);
    }

    private void delete(String filter) throws Exception {
        Configuration[] all = admin.listConfigurations(filter);
        if (all != null) {
            for (Configuration configuration : all) {
                configuration.delete();
            }
        }
    }

    /** Takes all configurations away and waits until what they made is gone. */
    void stop() throws Exception {
        delete("(service.factoryPid=org.kvdock.*)");
        delete("(service.pid=org.kvdock.*)");
        await("the host gone", () -> host() == null);
    }

    void close() throws Exception {
        stop();
        host.close();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
