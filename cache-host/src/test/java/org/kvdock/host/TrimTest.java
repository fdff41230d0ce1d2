package org.kvdock.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.kvdock.host.support.Chunks.key;
import static org.kvdock.host.support.Chunks.keys;
import static org.kvdock.host.support.Chunks.matches;
import static org.kvdock.host.support.Chunks.range;
import static org.kvdock.host.support.Requests.PATIENCE;
import static org.kvdock.host.support.Requests.get;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kvdock.host.support.SteeredAdapter;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;

class TrimTest {
    private static final int BYTES = 64;

    private final SteeredAdapter a = SteeredAdapter.open("a");
    private CacheHost host = CacheHost.open(HostSettings.DEFAULT);

    @AfterEach
    void close() {
        a.close();
        host.close();
    }

    private static Bitmap bits(String text) {
        Bitmap bits = new Bitmap(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '1') {
                bits.set(i);
            }
        }
        return bits;
    }

    @ParameterizedTest
    @CsvSource({
        "110110, 110000, 110110, 110110",
        "011111, 000000, 000111, 011111",
        "101101, 100000, 100100, 101101",
        "111111, 111111, 111111, 111111",
        "000000, 000000, 000000, 000000",
    })
    @DisplayName("case 71: what prefix, segments of three and sparse keep of what there is")
    void kept(String available, String prefix, String segments, String sparse) {
        assertEquals(bits(prefix), Trim.PREFIX.of(bits(available)));
        assertEquals(bits(segments), Trim.segments(3).of(bits(available)));
        assertEquals(bits(sparse), Trim.SPARSE.of(bits(available)));
    }

    @Test
    @DisplayName("segments have at least one chunk")
    void bounds() {
        assertThrows(BadArgumentException.class, () -> Trim.segments(0));
        assertEquals(Trim.SPARSE, Trim.segments(1));
        assertEquals(0, Trim.PREFIX.of(new Bitmap(0)).length());
    }

    private Prefetched prefetch(Trim trim, int count) {
        return get(host.startPrefetch("r", range(0, count), BYTES, PATIENCE, trim).ready());
    }

    @Test
    @DisplayName("case 71: a sparse prefetch loads and locks every chunk that there is")
    void sparse() {
        host.dock(a.with(keys(1, 2, 5), BYTES));
        try (Prefetched got = prefetch(Trim.SPARSE, 6)) {
            assertEquals(bits("011001"), got.found());
            assertEquals(0, got.prefix());
            assertTrue(matches(got.view(5), key(5)));
            assertThrows(IndexOutOfBoundsException.class, () -> got.view(0));
            assertEquals(3, host.status().l1().locked());
        }
        assertEquals(0, host.status().l1().locked());
        assertEquals(0, a.locks());
    }

    @Test
    @DisplayName("case 71: a segmented prefetch loads each segment's leading run")
    void segments() {
        host.dock(a.with(keys(0, 2, 3, 4, 7), BYTES));
        try (Prefetched got = prefetch(Trim.segments(3), 9)) {
            assertEquals(bits("100110000"), got.found());
        }
        assertEquals(keys(0, 3, 4), a.loads);
        assertEquals(3, host.status().l1().objects());
    }

    @Test
    @DisplayName("case 81: a load that fails in the middle costs a sparse request one chunk, a segmented one its run's rest")
    void failedLoad() {
        host.dock(a.with(range(0, 6), BYTES));
        a.fail(key(1));
        try (Prefetched got = prefetch(Trim.SPARSE, 6)) {
            assertEquals(bits("101111"), got.found());
        }
        host.clear();
        try (Prefetched got = prefetch(Trim.segments(3), 6)) {
            assertEquals(bits("100111"), got.found());
            assertEquals(4, host.status().l1().locked());
        }
        assertEquals(0, host.status().l1().locked());
    }

    @Test
    @DisplayName("a sparse prefetch takes what L1 has room for")
    void noRoom() {
        host.close();
        host = CacheHost.open(HostSettings.of(Map.of("l1_max_objects", 2)));
        host.dock(a.with(range(0, 4), BYTES));
        try (Prefetched got = prefetch(Trim.SPARSE, 4)) {
            assertEquals(bits("1100"), got.found());
        }
        assertEquals(2, host.delete(range(0, 4), Set.of(Tier.L1)).count());
        assertEquals(0, a.locks());
    }
}
