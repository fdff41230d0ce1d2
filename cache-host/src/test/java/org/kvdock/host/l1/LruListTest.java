package org.kvdock.host.l1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.kvdock.host.support.Chunks.key;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LruListTest {
    private static L1Entry entry(long id) {
        return new L1Entry(key(id), 0, false, null, null);
    }

    @Test
    @DisplayName("case 92: the oldest entry that nobody holds is found, whatever is added, used, held, released and removed")
    void againstAPlainList() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        LruList lru = new LruList();
        List<L1Entry> plain = new ArrayList<>();
        for (int step = 0; step < 200_000; step++) {
            L1Entry some = plain.isEmpty() ? null : plain.get(random.nextInt(plain.size()));
            int what = random.nextInt(some == null ? 1 : 6);
            if (what == 0 && plain.size() < 40) {
                L1Entry added = entry(step);
                added.readLocks = random.nextInt(2);
                lru.addNewest(added.byUse);
                plain.add(added);
            } else if (what == 1) {
                lru.touch(some.byUse);
                plain.remove(some);
                plain.add(some);
            } else if (what == 2) {
                some.readLocks++;
            } else if (what == 3 && some.isHeld()) {
                some.readLocks = 0;
                lru.released(some.byUse);
            } else if (what == 4 && !some.isHeld()) {
                lru.remove(some.byUse);
                plain.remove(some);
            }
            L1Entry expected = plain.stream().filter(each -> !each.isHeld()).findFirst().orElse(null);
            assertSame(expected, lru.oldestFree(), "step " + step + ", seed " + seed);
        }
    }

    @Test
    @DisplayName("case 92: chunks that are held for long do not make each eviction slower")
    void manyHeld() {
        int held = 100_000;
        L1 l1 = new L1(L1Limits.of(held + 1, Long.MAX_VALUE, 1 << 12));
        for (int i = 0; i < held; i++) {
            l1.finish(l1.reserve(key(i), 0, false), 1);
        }
        // Passing all that are held each time takes a minute.
        assertTimeoutPreemptively(Duration.ofSeconds(15), () -> {
            for (int i = 0; i < held; i++) {
                l1.finish(l1.reserve(key(held + i), 0, false), 0);
            }
        });
        assertEquals(held - 1, l1.status().evictions());
        assertEquals(held, l1.status().locked());
    }
}
