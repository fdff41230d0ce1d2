package org.kvdock.cli.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** A framework in this process with kvdock's bundles. For one thread; {@link #diagnosis} may be called by any. */
final class EmbeddedHost {
    // Chronicle Queue reaches into these JDK packages from inside its bundle.
    private static final String BOOT_DELEGATION = "sun.nio.ch,jdk.internal.misc,jdk.internal.ref,sun.misc";

    private final Framework framework;

    private EmbeddedHost(Framework framework) {
        this.framework = framework;
    }

    /**
     * Installs and starts the bundles and hands the configurations over; the components come up on their own time.
     *
     * @param distribution where the bundles are
     * @param console whether the host has a console on this process's standard input
     * @param storage the framework's own directory; empty or missing
     * @param channels services for the components inside
     * @return the running host
     * @throws IOException if a bundle is missing
     * @throws BundleException if one cannot be installed or started; nothing is left running
     */
    static EmbeddedHost start(Distribution distribution, boolean console, Path storage, Channels channels)
            throws IOException, BundleException {
        List<Path> bundles = distribution.bundles(console, asksForUcx(channels.configurations().get()));
        FrameworkFactory factory = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow();
        EmbeddedHost host = new EmbeddedHost(factory.newFramework(properties(storage, console)));
        try {
            host.framework.start();
            host.publish(channels);
            host.run(bundles);
            return host;
        } catch (BundleException | RuntimeException e) {
            host.stop(Duration.ofSeconds(5));
            throw e;
        }
    }

    private static boolean asksForUcx(Map<String, Map<String, Object>> configurations) {
        return configurations.values().stream()
                .anyMatch(values -> "ucx".equalsIgnoreCase(String.valueOf(values.get("transfer_channel")).strip()));
    }

    private static Map<String, String> properties(Path storage, boolean console) {
        return Map.of(
                Constants.FRAMEWORK_STORAGE, storage.toString(),
                Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT,
                Constants.FRAMEWORK_BOOTDELEGATION, BOOT_DELEGATION,
                // The end of standard input is the end of the console, not of the host.
                "gosh.args", "--noshutdown",
                "ds.loglevel", "warn",
                // At a console what fails is told in one line, by the component that watches; scr:info has the stack.
                "ds.log.enabled", Boolean.toString(!console),
                "felix.log.level", "2");
    }

    private void publish(Channels channels) {
        BundleContext context = framework.getBundleContext();
        context.registerService(Supplier.class, channels.configurations(), channel(Channels.CONFIGURATIONS));
        context.registerService(Consumer.class, channels.report(), channel(Channels.REPORT));
        context.registerService(Callable.class, channels.commands(), channel(Channels.COMMANDS));
    }

    private static Hashtable<String, String> channel(String name) {
        Hashtable<String, String> properties = new Hashtable<>();
        properties.put(Channels.CHANNEL, name);
        return properties;
    }

    private void run(List<Path> jars) throws BundleException {
        List<Bundle> installed = new ArrayList<>();
        for (Path jar : jars) {
            installed.add(framework.getBundleContext().installBundle("reference:" + jar.toUri()));
        }
        for (Bundle bundle : installed) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
    }

    /** @return what is not running inside and why, for people; empty if all runs */
    String diagnosis() {
        BundleContext context = framework.getBundleContext();
        if (context == null) {
            return "the framework is not running";
        }
        try {
            @SuppressWarnings("rawtypes")
            Collection<ServiceReference<Supplier>> found = context.getServiceReferences(
                    Supplier.class, "(" + Channels.CHANNEL + "=" + Channels.DIAGNOSIS + ")");
            for (ServiceReference<?> reference : found) {
                if (context.getService(reference) instanceof Supplier<?> diagnosis) {
                    return String.valueOf(diagnosis.get());
                }
            }
            return "the component that knows is not running";
        } catch (InvalidSyntaxException | IllegalStateException e) {
            return e.toString();
        }
    }

    /**
     * Waits until the framework has stopped by itself, for example because a console said so.
     *
     * @param most how long
     * @return whether it has stopped
     */
    boolean awaitStopped(Duration most) throws InterruptedException {
        return framework.waitForStop(most.toMillis()).getType() != FrameworkEvent.WAIT_TIMEDOUT;
    }

    /**
     * Stops the bundles, in the reverse order of their start, and waits for them.
     *
     * @param most how long
     * @return whether all has stopped
     */
    boolean stop(Duration most) {
        try {
            framework.stop();
            return framework.waitForStop(most.toMillis()).getType() == FrameworkEvent.STOPPED;
        } catch (BundleException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
