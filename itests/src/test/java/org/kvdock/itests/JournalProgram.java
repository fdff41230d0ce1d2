package org.kvdock.itests;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.util.tracker.ServiceTracker;

/** A framework with a journal at work, in a process of its own. */
final class JournalProgram {
    /** Uses a journal. */
    static final String QUIET = "quiet";
    /** Also opens a connection to itself. */
    static final String CONNECT = "connect";

    private static final String JOURNALS = "org.kvdock.l2.journal.TaskJournals";
    private static final String ADMIN = "org.osgi.service.cm.ConfigurationAdmin";
    private static final long SERVICE_MILLIS = 20_000;

    private JournalProgram() {}

    /**
     * @param felix gets the journal's bundle and what it needs, started
     * @return the journal's bundle
     */
    static Bundle install(Felix felix) throws BundleException {
        felix.install(Jars.jar("eventfd-fragment"));
        List<Bundle> bundles = new ArrayList<>();
        for (String artifactId : List.of(
                "org.osgi.util.function", "org.osgi.util.promise", "org.osgi.service.component", "org.apache.felix.configadmin",
                "org.apache.felix.scr", "l2-adapter-api", "chronicle-journal")) {
            bundles.add(felix.install(Jars.jar(artifactId)));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        return bundles.get(bundles.size() - 1);
    }

    /** @param arguments an empty directory, {@value #QUIET} or {@value #CONNECT} */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        Felix felix = new Felix(directory.resolve("felix"));
        try {
            journal(felix, directory.resolve("journals"));
            if (arguments[1].equals(CONNECT)) {
                try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                        Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    client.getOutputStream().write(1);
                }
            }
        } finally {
            felix.stop();
        }
    }

    /** Opens a journal, which writes to it, and closes it. */
    private static void journal(Felix felix, Path root) throws Exception {
        Bundle bundle = install(felix);
        BundleContext context = felix.framework().getBundleContext();
        configure(context, root);
        ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, JOURNALS, null);
        // Of whatever class loader.
        tracker.open(true);
        Object journals = tracker.waitForService(SERVICE_MILLIS);
        AutoCloseable journal =
                (AutoCloseable) bundle.loadClass(JOURNALS).getMethod("open", String.class).invoke(journals, "a");
        journal.close();
        tracker.close();
    }

    // The framework's classes are not this class path's copies.
    private static void configure(BundleContext context, Path root) throws Exception {
        Object admin = context.getService(context.getAllServiceReferences(ADMIN, null)[0]);
        Class<?> type = bundleOf(context, "org.apache.felix.configadmin").loadClass(ADMIN);
        Object configuration = type.getMethod("getConfiguration", String.class, String.class)
                .invoke(admin, "org.kvdock.journal.chronicle", "?");
        bundleOf(context, "org.apache.felix.configadmin").loadClass("org.osgi.service.cm.Configuration")
                .getMethod("update", java.util.Dictionary.class)
                .invoke(configuration, new Hashtable<>(Map.of("root", root.toString())));
    }

    private static Bundle bundleOf(BundleContext context, String symbolicName) {
        return List.of(context.getBundles()).stream()
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }
}
