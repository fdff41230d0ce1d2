package org.kvdock.itests.pair;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BiFunction;
import org.kvdock.itests.BndBundle;
import org.kvdock.itests.Felix;
import org.kvdock.itests.Jars;
import org.kvdock.itests.inside.Probe;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalInfo;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/** One of two hosts: a framework of its own with the bundles of the build, a host with one PD adapter, and a {@link Probe}. */
final class HostFramework implements AutoCloseable {
    private static final List<String> BUNDLES = List.of(
            "org.osgi.util.function", "org.osgi.util.promise", "org.osgi.service.component", "org.apache.felix.configadmin",
            "org.apache.felix.scr", "msgpack-core", "jnacl", "jeromq", "eventfd-fragment", "l2-adapter-api",
            "chronicle-journal", "pd-adapter-bundle", "cache-host");
    private static final String PROBE = "org.kvdock.itests.inside";

    private final Felix felix;
    private final Path journals;

    /**
     * @param work an empty or missing directory
     * @param adapter the PD adapter's configuration, without its name
     */
    HostFramework(Path work, Map<String, Object> adapter) throws Exception {
        felix = new Felix(work.resolve("framework"));
        journals = work.resolve("journals");
        for (String name : BUNDLES) {
            felix.install(Jars.jar(name));
        }
        felix.install(probe(work.resolve("probe.jar").toFile()));
        for (Bundle bundle : felix.framework().getBundleContext().getBundles()) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
        configure("org.kvdock.journal.chronicle", Map.of("root", journals.toString()));
        configure("org.kvdock.host", Map.of());
        Map<String, Object> named = new HashMap<>(adapter);
        named.put("name", "pd");
        configure("org.kvdock.l2.pd", named);
    }

    private static File probe(File to) throws Exception {
        Properties instructions = new Properties();
        instructions.setProperty("Bundle-SymbolicName", PROBE);
        instructions.setProperty("Bundle-Activator", Probe.class.getName());
        instructions.setProperty("Private-Package", Probe.class.getPackageName());
        File classes = new File(Probe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        BndBundle.build(
                instructions,
                List.of(classes, Jars.jar("l2-adapter-api"), Jars.jar("cache-host"), Jars.jar("osgi.core"),
                        Jars.jar("org.osgi.service.cm")),
                to);
        return to;
    }

    private void configure(String pid, Map<String, Object> keys) {
        Map<String, Object> arguments = new HashMap<>(keys);
        arguments.put("pid", pid);
        ask("configure", arguments);
    }

    /** @see Probe#apply */
    @SuppressWarnings("unchecked")
    Map<String, Object> ask(String word, Map<String, Object> arguments) {
        BundleContext context = felix.framework().getBundleContext();
        BiFunction<String, Map<String, Object>, Map<String, Object>> probe =
                context.getService(context.getServiceReference(BiFunction.class));
        return probe.apply(word, arguments);
    }

    void stop() throws Exception {
        felix.stop();
    }

    void startAgain() throws Exception {
        felix.startAgain();
    }

    /** @return the adapter's journal; the framework must be stopped */
    JournalInfo journal() throws IOException {
        return JournalInfo.of(JournalDirectory.find(journals).get(0), JournalFold.Progress.NONE);
    }

    @Override
    public void close() throws BundleException {
        try {
            felix.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
