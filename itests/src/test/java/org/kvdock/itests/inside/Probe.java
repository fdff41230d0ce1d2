package org.kvdock.itests.inside;

import java.io.IOException;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.kvdock.host.HostStatus;
import org.kvdock.host.Prefetched;
import org.kvdock.host.RequestStored;
import org.kvdock.host.RequestWriter;
import org.kvdock.host.StorageManager;
import org.kvdock.l2.ObjectKey;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A bundle inside a framework that a test has booted. The test has other copies of all classes but the JDK's, so it asks
 * through a service that knows only these: a word and its arguments, answered by a map. Whoever asks waits.
 */
public final class Probe implements BundleActivator, BiFunction<String, Map<String, Object>, Map<String, Object>> {
    private static final long PATIENCE_SECONDS = 30;

    private ServiceTracker<StorageManager, StorageManager> host;
    private ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> configurations;

    @Override
    public void start(BundleContext context) {
        host = new ServiceTracker<>(context, StorageManager.class, null);
        configurations = new ServiceTracker<>(context, ConfigurationAdmin.class, null);
        host.open();
        configurations.open();
        context.registerService(BiFunction.class, this, null);
    }

    @Override
    public void stop(BundleContext context) {
        host.close();
        configurations.close();
    }

    @Override
    public Map<String, Object> apply(String word, Map<String, Object> arguments) {
        try {
            return switch (word) {
                case "configure" -> configure(arguments);
                case "store" -> store(arguments);
                case "load" -> load(arguments);
                case "rest" -> rest();
                default -> throw new IllegalArgumentException(word);
            };
        } catch (Exception e) {
            throw new IllegalStateException(word + " " + arguments + ": " + e, e);
        }
    }

    private static <T> T await(ServiceTracker<T, T> tracker, String what) throws InterruptedException {
        T found = tracker.waitForService(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        if (found == null) {
            throw new IllegalStateException("no " + what + " in " + PATIENCE_SECONDS + " s");
        }
        return found;
    }

    /** {@code pid}, for an instance of a factory with its {@code name}, and the configuration's own keys. */
    private Map<String, Object> configure(Map<String, Object> arguments) throws InterruptedException, IOException {
        ConfigurationAdmin admin = await(configurations, "ConfigurationAdmin");
        String pid = (String) arguments.get("pid");
        String name = (String) arguments.get("name");
        Configuration configuration =
                name == null ? admin.getConfiguration(pid, "?") : admin.getFactoryConfiguration(pid, name, "?");
        configuration.update(new Hashtable<>(arguments));
        return Map.of();
    }

    private static List<ObjectKey> keys(Map<String, Object> arguments) {
        return Blocks.keys((Integer) arguments.get("from"), (Integer) arguments.get("count"));
    }

    private Map<String, Object> store(Map<String, Object> arguments) throws Exception {
        List<ObjectKey> keys = keys(arguments);
        RequestWriter writer = docked().write("store-" + keys.get(0), keys, (Integer) arguments.get("bytes"));
        for (int i = writer.prefixHits(); i < keys.size(); i++) {
            ObjectKey key = keys.get(i);
            writer.put(i, chunk -> Blocks.fill(chunk, key));
        }
        RequestStored stored = writer.finish().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return Map.of(
                "stored", stored.stored().count(), "moved", stored.moved().count(), "error", stored.error().orElse(""));
    }

    private Map<String, Object> load(Map<String, Object> arguments) throws Exception {
        List<ObjectKey> keys = keys(arguments);
        int right = 0;
        try (Prefetched got = docked()
                .prefetch("load-" + keys.get(0), keys, (Integer) arguments.get("bytes"), Duration.ofSeconds(PATIENCE_SECONDS))
                .toCompletableFuture()
                .get(2 * PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            for (int i = 0; i < got.prefix(); i++) {
                right += Blocks.matches(got.view(i), keys.get(i)) ? 1 : 0;
            }
            return Map.of("loaded", got.prefix(), "right", right);
        }
    }

    /** The host, once an adapter is docked there: both come up on their own time. */
    private StorageManager docked() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (;;) {
            StorageManager found = await(host, "StorageManager");
            if (!found.status().adapters().isEmpty()) {
                return found;
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("no adapter docked in " + PATIENCE_SECONDS + " s");
            }
            Thread.onSpinWait();
        }
    }

    /** Waits until nothing is in flight, and says what is held all the same. */
    private Map<String, Object> rest() throws InterruptedException {
        StorageManager found = await(host, "StorageManager");
        boolean idle = found.awaitIdle(Duration.ofSeconds(PATIENCE_SECONDS));
        HostStatus status = found.status();
        return Map.of(
                "idle", idle, "readLocks", status.l1().readLocks(), "reserved", status.l1().reserved(),
                "loaded", status.prefetches().chunksLoaded());
    }
}
