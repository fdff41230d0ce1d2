package org.kvdock.itests.restart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.pd.PdAdapterFactory;
import org.kvdock.l2.tck.Caller;
import org.kvdock.l2.tck.Chunks;

/**
 * A receiver that is killed in the middle of transfers and started again finds every chunk that it had acknowledged, whole,
 * and what was only reserved takes no room. {@code -Dkvdock.restart.kills} and {@code -Dkvdock.restart.seed} change how often and what.
 */
class WarmRestartIT {
    private static final int KILLS = Integer.getInteger("kvdock.restart.kills", 20);
    private static final long SEED = Long.getLong("kvdock.restart.seed", System.nanoTime());
    private static final long STAGING_BYTES = 512L << 20;
    private static final int GRAIN = 64;
    private static final int TASKS_IN_FLIGHT = 8;
    /** More than the tasks in flight can have reserved or committed together. */
    private static final int SQUATTED_CHUNKS = 64;
    private static final int SQUATTED_BYTES = 1 << 20;

    @TempDir
    private Path temporary;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<Long, List<String>> inFlight = new LinkedHashMap<>();
    private final Set<String> acknowledged = new LinkedHashSet<>();
    private int nextChunk;

    @Test
    @DisplayName("case 48: killed under load and started again, a receiver finds every committed chunk; what was only reserved is free")
    void killedUnderLoad() throws Exception {
        Path staging = temporary.resolve("staging");
        ReceiverProcess receiver = new ReceiverProcess(temporary, staging, STAGING_BYTES, 0, 0);
        List<Long> recoveryMicros = new ArrayList<>();
        int inTheMiddle = 0;
        Map<String, Object> config = Map.of(
                "role", "sender", "peer_host", "127.0.0.1", "peer_init_port", receiver.initPort,
                "peer_alloc_port", receiver.allocPort, "reconnect_max_ms", 100, "store_timeout_ms", 120_000);
        try (L2Adapter sender = new PdAdapterFactory().create("prefill", config, new MemoryJournals());
                Caller prefill = new Caller(sender)) {
            for (int kill = 0; kill < KILLS; kill++) {
                load(prefill, acknowledged.size() + 20 + random.nextInt(60));
                List<ObjectKey> squatted = Chunks.keys("squatted-" + kill, SQUATTED_CHUNKS);
                try (Squatter squatter = new Squatter(receiver.initPort, squatted, SQUATTED_BYTES)) {
                    assertEquals(SQUATTED_CHUNKS, squatter.slots());
                    collectCompleted(prefill);
                    fill(sender);
                    receiver.kill();
                }
                // What had completed by then; the others were under way.
                collectCompleted(prefill);
                inTheMiddle += inFlight.isEmpty() ? 0 : 1;
                assertTrue(Files.isDirectory(staging), "nobody has tidied up");
                receiver = new ReceiverProcess(temporary, staging, STAGING_BYTES, receiver.initPort, receiver.allocPort);
                recoveryMicros.add(receiver.recoveryMicros);
                String context = "kill " + kill + ", seed " + SEED;
                assertFound(receiver, context);
                assertTrue(receiver.recoveredChunks >= acknowledged.size(), context);
                // Of what was in flight some was committed; what was only reserved is not taken any more.
                long most = grains(acknowledged) + inFlight.values().stream().mapToLong(WarmRestartIT::grains).sum();
                assertTrue(most - grains(acknowledged) < (long) SQUATTED_CHUNKS * SQUATTED_BYTES, "the bound must tell");
                System.out.printf(
                        "kill %d, %d tasks under way: %d chunks of %d KiB came back in %.1f ms, ready after %d ms%n", kill,
                        inFlight.size(), receiver.recoveredChunks, receiver.recoveredBytes >> 10, receiver.recoveryMicros / 1e3,
                        receiver.readyMillis);
                assertTrue(receiver.recoveredBytes <= most, receiver.recoveredBytes + " bytes taken, " + most + ": " + context);
            }
            assertTrue(inTheMiddle >= KILLS / 4, inTheMiddle + " of " + KILLS + " kills were in the middle of transfers, seed " + SEED);
            finish(prefill);
            assertFound(receiver, "at the end, seed " + SEED);
        } finally {
            receiver.close();
        }
        assertFalse(Files.exists(staging), "an end in good order leaves nothing");
        recoveryMicros.sort(null);
        System.out.printf(
                "warm restart: %d kills, %d of them in the middle of transfers, %d chunks acknowledged, all found; found"
                        + " again within p50 %.1f ms, most %.1f ms; seed %d%n",
                KILLS, inTheMiddle, acknowledged.size(), recoveryMicros.get(KILLS / 2) / 1e3, recoveryMicros.get(KILLS - 1) / 1e3, SEED);
    }

    private void assertFound(ReceiverProcess receiver, String context) throws IOException {
        String missing = receiver.missing(acknowledged);
        assertTrue(missing.isEmpty(), context + ": " + missing.split(" ").length + " of " + acknowledged.size()
                + " chunks are lost, the first is " + missing.split(" ")[0]);
    }

    /** Keeps tasks in flight until that many chunks are acknowledged; what is in flight then stays so. */
    private void load(Caller prefill, int until) {
        while (acknowledged.size() < until) {
            fill(prefill.adapter());
            long oldest = inFlight.keySet().iterator().next();
            collect(prefill.await(TaskKind.STORE, oldest));
        }
    }

    private void fill(L2Adapter sender) {
        while (inFlight.size() < TASKS_IN_FLIGHT) {
            submit(sender);
        }
    }

    private void collectCompleted(Caller prefill) {
        for (long id : List.copyOf(inFlight.keySet())) {
            prefill.fetch(TaskKind.STORE, id).ifPresent(this::collect);
        }
    }

    private void finish(Caller prefill) {
        for (long id : List.copyOf(inFlight.keySet())) {
            collect(prefill.await(TaskKind.STORE, id));
        }
    }

    private void submit(L2Adapter sender) {
        List<ObjectKey> keys = new ArrayList<>();
        List<KvBuffer> objects = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            int length = random.nextInt(4) == 0 ? random.nextInt(300_000) : random.nextInt(20_000);
            String name = "chunk-" + nextChunk++;
            ObjectKey key = Chunks.key(name);
            keys.add(key);
            objects.add(Chunks.buffer(key, length));
            names.add(name + ":" + length);
        }
        inFlight.put(sender.submitStoreTask(keys, objects), names);
    }

    private void collect(TaskResult result) {
        assertTrue(result.success(), result + ", seed " + SEED);
        acknowledged.addAll(inFlight.remove(result.taskId()));
    }

    private static long grains(Collection<String> chunks) {
        return chunks.stream()
                .mapToLong(chunk -> (Long.parseLong(chunk.substring(chunk.indexOf(':') + 1)) + GRAIN - 1) / GRAIN * GRAIN)
                .sum();
    }
}
