package org.kvdock.cli.lab.swap;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Exchanges the mock adapter's bundle or one of its instances. For one thread. */
final class Swapper {
    static final String BUNDLE = "org.kvdock.l2.mock";
    private static final Duration REFRESH_WITHIN = Duration.ofSeconds(60);

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    private final Leaks leaks;
    private final FirstTasks firstTasks;
    private final String location;
    private final Path jar;
    private Bundle bundle;
    private int versions;
    private int changes;

    /** When it was told to start again, and when an adapter that came of it has done its first task, both in nanoseconds. */
    record Started(long nanos, CompletableFuture<Long> firstTask) {}

    Swapper(BundleContext context, ConfigurationAdmin admin, Leaks leaks, FirstTasks firstTasks) {
        this.context = context;
        this.admin = admin;
        this.leaks = leaks;
        this.firstTasks = firstTasks;
        this.bundle = Arrays.stream(context.getBundles())
                .filter(installed -> BUNDLE.equals(installed.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("bundle " + BUNDLE + " is not installed"));
        this.location = bundle.getLocation();
        this.jar = Path.of(URI.create(location.replaceFirst("^reference:", "")));
    }

    Started swap(SwapKind kind, String instance) throws BundleException, IOException, InterruptedException {
        return switch (kind) {
            case UPDATE -> update();
            case REINSTALL -> reinstall();
            case RESTART -> restart();
            case RECONFIGURE -> reconfigure(instance);
        };
    }

    private Started update() throws BundleException, IOException, InterruptedException {
        ClassLoader old = classLoader();
        bundle.stop();
        bundle.update(NextVersion.of(jar, "0.1." + ++versions));
        refresh();
        leaks.watch(old);
        Started started = starting();
        bundle.start();
        return started;
    }

    private Started reinstall() throws BundleException, InterruptedException {
        ClassLoader old = classLoader();
        bundle.stop();
        bundle.uninstall();
        refresh();
        leaks.watch(old);
        bundle = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext().installBundle(location);
        Started started = starting();
        bundle.start();
        return started;
    }

    private Started restart() throws BundleException {
        bundle.stop();
        Started started = starting();
        bundle.start();
        return started;
    }

    private Started reconfigure(String instance) throws IOException {
        Started started = starting();
        configure(instance, ++changes);
        return started;
    }

    private Started starting() {
        CompletableFuture<Long> first = firstTasks.next();
        return new Started(System.nanoTime(), first);
    }

    /** Makes an instance, or another one in its place. */
    void configure(String instance, int change) throws IOException {
        configuration(instance).update(new Hashtable<>(Map.of(
                "name", instance, "max_size_gb", 0.02, "workers", 1 + change % 3, "close_grace_ms", 1000)));
    }

    void delete(String instance) throws IOException {
        configuration(instance).delete();
    }

    private Configuration configuration(String instance) throws IOException {
        return admin.getFactoryConfiguration(BUNDLE, instance, "?");
    }

    private ClassLoader classLoader() {
        return bundle.adapt(BundleWiring.class).getClassLoader();
    }

    private void refresh() throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class)
                .refreshBundles(List.of(bundle), event -> refreshed.countDown());
        if (!refreshed.await(REFRESH_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("bundle " + BUNDLE + " was not refreshed in " + REFRESH_WITHIN);
        }
    }

    boolean is(Bundle other) {
        return BUNDLE.equals(other.getSymbolicName());
    }
}
