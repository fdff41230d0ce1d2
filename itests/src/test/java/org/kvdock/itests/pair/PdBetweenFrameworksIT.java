package org.kvdock.itests.pair;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.journal.chronicle.read.JournalInfo;
import org.kvdock.relay.HeldPorts;

/**
 * Prefill in one framework, decode in another, each with the bundles of the build: what is stored here is loaded there,
 * byte for byte, and goes on being so after either framework was stopped and started again.
 */
class PdBetweenFrameworksIT {
    private static final int COUNT = 16;
    /** Not a multiple of anything. */
    private static final int BYTES = 100_003;

    @TempDir
    private Path work;

    private static Map<String, Object> pd(String role, String channel, List<Integer> ports) {
        Map<String, Object> keys = new HashMap<>(Map.of(
                "role", role, "transfer_channel", channel, "peer_host", "127.0.0.1",
                "peer_init_port", ports.get(0).toString(), "peer_alloc_port", ports.get(1).toString(),
                "reconnect_max_ms", 200L));
        if (role.equals("receiver")) {
            keys.put("buffer_size", 32L << 20);
        }
        return keys;
    }

    private static Map<String, Object> blocks(int from) {
        return Map.of("from", from, "count", COUNT, "bytes", BYTES);
    }

    private static void store(HostFramework sender, int from, int moved) {
        assertEquals(Map.of("stored", COUNT, "moved", moved, "error", ""), sender.ask("store", blocks(from)));
    }

    private static void load(HostFramework receiver, int from) {
        assertEquals(Map.of("loaded", COUNT, "right", COUNT), receiver.ask("load", blocks(from)));
    }

    private static void assertAtRest(HostFramework framework, long loaded) {
        assertEquals(
                Map.of("idle", true, "readLocks", 0L, "reserved", 0L, "loaded", loaded), framework.ask("rest", Map.of()));
    }

    private static void assertBooksClosed(JournalInfo journal, int epochs) {
        assertEquals(epochs, journal.epochs());
        assertEquals(journal.submitted(), journal.completed());
        assertEquals(journal.submitted(), journal.delivered());
        assertEquals(0, journal.openTasks());
        assertEquals(0, journal.abandoned());
        assertEquals(0, journal.locksHeld());
    }

    @ParameterizedTest(name = "case 44, 48, 49 over {0}: what one framework stores the other loads, also after either was stopped and started again")
    @ValueSource(strings = {"tcp", "shm"})
    void storeHereLoadThere(String channel) throws Exception {
        // Held through the receiver's restart too: it must find its ports again.
        try (HeldPorts held = HeldPorts.take(2)) {
            storeHereLoadThere(channel, held.numbers());
        }
    }

    private void storeHereLoadThere(String channel, List<Integer> ports) throws Exception {
        try (HostFramework receiver = new HostFramework(work.resolve("receiver"), pd("receiver", channel, ports));
                HostFramework sender = new HostFramework(work.resolve("sender"), pd("sender", channel, ports))) {
            store(sender, 0, COUNT);
            load(receiver, 0);
            assertAtRest(receiver, COUNT);

            // A sender that comes back knows nothing; the receiver says that it has these already, in its host's L1.
            sender.stop();
            sender.startAgain();
            store(sender, 0, 0);
            store(sender, 100, COUNT);
            load(receiver, 100);
            assertAtRest(receiver, 2 * COUNT);

            // A receiver that comes back has nothing, and takes the same chunks once more, into its new epoch.
            receiver.stop();
            receiver.startAgain();
            store(sender, 200, COUNT);
            load(receiver, 200);
            store(sender, 0, COUNT);
            load(receiver, 0);
            assertAtRest(receiver, 2 * COUNT);
            assertAtRest(sender, 0);

            sender.stop();
            receiver.stop();
            assertBooksClosed(sender.journal(), 2);
            assertBooksClosed(receiver.journal(), 2);
        }
    }
}
