package org.kvdock.itests.modulepath;

import java.lang.module.ModuleDescriptor;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

import org.kvdock.itests.RoundTrip;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterFactory;
import org.kvdock.l2.journal.TaskJournals;

/**
 * A program without OSGi that finds adapters and the journal by {@link ServiceLoader} and moves a chunk through them.
 * Prints one line for each adapter: its type and whether it came as a named module.
 */
public final class Main {

    private Main() {
    }

    /** @param args none */
    public static void main(String[] args) {
        TaskJournals journals = ServiceLoader.load(TaskJournals.class).findFirst().orElseThrow();
        System.out.println("journal " + moduleOf(journals));
        for (ServiceLoader.Provider<L2AdapterFactory> provider : ServiceLoader.load(L2AdapterFactory.class).stream().toList()) {
            L2AdapterFactory factory = provider.get();
            switch (factory.type()) {
                case "mock" -> alone(factory, journals, Map.of());
                case "pd" -> pair(factory, journals);
                default -> throw new IllegalStateException("an adapter that nobody put here: " + factory.type());
            }
            System.out.println(factory.type() + " " + moduleOf(factory));
        }
    }

    private static void alone(L2AdapterFactory factory, TaskJournals journals, Map<String, ?> configuration) {
        try (L2Adapter adapter = factory.create(factory.type() + "-alone", configuration, journals)) {
            RoundTrip.through(adapter, adapter);
        }
    }

    private static void pair(L2AdapterFactory factory, TaskJournals journals) {
        try (L2Adapter receiver = factory.create("pd-receiver", side("receiver", "0", "0"), journals)) {
            Map<String, String> listening = receiver.status().details();
            Map<String, ?> sending = side("sender", listening.get("peer_init_port"), listening.get("peer_alloc_port"));
            try (L2Adapter sender = factory.create("pd-sender", sending, journals)) {
                RoundTrip.through(sender, receiver);
            }
        }
    }

    private static Map<String, ?> side(String role, String initPort, String allocPort) {
        return Map.of(
                "role", role, "transfer_channel", "tcp", "peer_host", "127.0.0.1",
                "peer_init_port", initPort, "peer_alloc_port", allocPort, "buffer_size", 16 << 20);
    }

    private static String moduleOf(Object provider) {
        return Optional.ofNullable(provider.getClass().getModule().getDescriptor())
                .map(ModuleDescriptor::name)
                .orElse("unnamed");
    }
}
