package org.kvdock.l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.StateSnapshot;
import org.kvdock.l2.journal.TaskState;

/** R15: keys that a sender has chosen so that all of them have one hash code. */
class CollidingKeysTest {
    private static final int COUNT = 20_000;
    private static final int HASH_BYTES = 32;
    /** Where in the content hash the bits are that are chosen. */
    private static final int CHOSEN_AT = 8;
    private static final int HASH_CODE = 0x4b56_4b56;
    /** A tenth of this is enough with an order; without one, half of all keys are looked at for each one: four times this. */
    private static final Duration PROCESSOR_TIME = Duration.ofSeconds(1);

    private static List<ObjectKey> keys;

    @BeforeAll
    static void choose() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        keys = colliding(COUNT, new Random(seed));
    }

    // The hash code is a CRC: turning a bit of the key turns the same bits of it whatever the rest of the key is. So 32 bits
    // that can be chosen give every hash code that is wanted, by solving 32 equations once.
    private static List<ObjectKey> colliding(int count, Random random) {
        byte[] content = new byte[HASH_BYTES];
        int[] turned = new int[Integer.SIZE];
        int[] by = new int[Integer.SIZE];
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            int effect = key(content, 1 << bit).hashCode() ^ key(content, 0).hashCode();
            int bits = 1 << bit;
            for (int at = Integer.SIZE - 1; at >= 0 && effect != 0; at--) {
                if ((effect >>> at & 1) == 0) {
                    continue;
                }
                if (turned[at] == 0) {
                    turned[at] = effect;
                    by[at] = bits;
                    break;
                }
                effect ^= turned[at];
                bits ^= by[at];
            }
        }
        List<ObjectKey> found = new ArrayList<>();
        while (found.size() < count) {
            random.nextBytes(content);
            int wanted = key(content, 0).hashCode() ^ HASH_CODE;
            int bits = 0;
            for (int at = Integer.SIZE - 1; at >= 0; at--) {
                if ((wanted >>> at & 1) != 0) {
                    wanted ^= turned[at];
                    bits ^= by[at];
                }
            }
            found.add(key(content, bits));
        }
        return found;
    }

    private static ObjectKey key(byte[] content, int chosen) {
        byte[] hash = content.clone();
        ByteBuffer.wrap(hash).putInt(CHOSEN_AT, chosen);
        return ObjectKey.of(hash, "model", 0, 0, "");
    }

    // Another object that is equal, as each message brings one.
    private static ObjectKey again(ObjectKey key) {
        ByteBuffer bytes = ByteBuffer.allocate(key.encodedLength());
        key.writeTo(bytes);
        return ObjectKey.readFrom(bytes.flip());
    }

    private static void assertCheap(String what, Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        work.run();
        Duration taken = Duration.ofNanos(threads.getCurrentThreadCpuTime() - begin);
        System.out.println(what + ": " + taken.toMillis() + " ms of a processor");
        assertTrue(taken.compareTo(PROCESSOR_TIME) < 0, what + " took " + taken);
    }

    @Test
    @DisplayName("R15: a sender can make as many keys of one hash code as it likes")
    void theyCollide() {
        assertEquals(COUNT, new HashSet<>(keys).size());
        keys.forEach(key -> assertEquals(HASH_CODE, key.hashCode()));
    }

    /** Asks the key, and counts how often it is asked. */
    private static final class Counted implements Comparable<Counted> {
        private final ObjectKey key;
        private final long[] asked;

        Counted(ObjectKey key, long[] asked) {
            this.key = key;
            this.asked = asked;
        }

        @Override
        public int compareTo(Counted other) {
            asked[0]++;
            return key.compareTo(other.key);
        }

        @Override
        public boolean equals(Object other) {
            asked[0]++;
            return other instanceof Counted counted && key.equals(counted.key);
        }

        @Override
        public int hashCode() {
            return key.hashCode();
        }
    }

    @Test
    @DisplayName("R15: 20,000 keys of one hash code are put and found with a few dozen comparisons each")
    void fewComparisons() {
        for (Map<Counted, Integer> map : List.<Map<Counted, Integer>>of(new HashMap<>(), new ConcurrentHashMap<>(), new LinkedHashMap<>())) {
            long[] asked = new long[1];
            for (int i = 0; i < COUNT; i++) {
                map.put(new Counted(keys.get(i), asked), i);
            }
            for (int i = 0; i < COUNT; i++) {
                assertEquals(i, map.get(new Counted(again(keys.get(i)), asked)));
            }
            // Of 20,000 in a balanced tree one is found in 15 steps, each of which may ask for equality and order.
            assertTrue(asked[0] < 2L * COUNT * 64, map.getClass() + ": " + asked[0]);
        }
    }

    @Test
    @DisplayName("R15: the JDK's maps use the order of the keys themselves; a journal's recovery and snapshot are made of such maps")
    void cheap() {
        // What the maps ask before they do so.
        assertEquals(Comparable.class.getName() + '<' + ObjectKey.class.getName() + '>', ObjectKey.class.getGenericInterfaces()[0].getTypeName());
        Map<ObjectKey, Long> bytes = new HashMap<>();
        assertCheap("a map", () -> {
            keys.forEach(key -> bytes.put(key, 1L));
            keys.forEach(key -> assertEquals(1, bytes.get(again(key))));
        });
        Map<ObjectKey, TaskState.StoredKey> candidates = new HashMap<>();
        keys.forEach(key -> candidates.put(key, null));
        assertCheap("a recovery", () -> assertEquals(COUNT, new Recovery(0, List.of(), candidates, 0).candidates().size()));
        assertCheap("a snapshot", () -> assertEquals(
                COUNT, new StateSnapshot(0, Set.of(), Set.of(), bytes, bytes).keys().size()));
    }

    @Test
    @DisplayName("keys have an order that agrees with equality")
    void order() {
        List<ObjectKey> sorted = new ArrayList<>(keys);
        sorted.add(ObjectKey.of(new byte[] {-1}, "model", -1, 0, "salt"));
        sorted.add(ObjectKey.of(new byte[] {1}, "model", 1, 0, "salt"));
        sorted.sort(null);
        for (int i = 1; i < sorted.size(); i++) {
            ObjectKey lower = sorted.get(i - 1);
            ObjectKey upper = sorted.get(i);
            assertTrue(lower.compareTo(upper) < 0 && upper.compareTo(lower) > 0 && !lower.equals(upper), lower + " " + upper);
            assertEquals(0, upper.compareTo(again(upper)));
        }
    }
}
