package org.kvdock.l2.pd.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final AtomicLong now = new AtomicLong();
    private final Refusals refusals = new Refusals("adapter", now::get);

    @Test
    @DisplayName("case 56: one line for an address and a reason in a minute, and the next one says how many were left out")
    void onceAMinute() {
        try (Warnings warnings = new Warnings()) {
            for (int i = 0; i < 1000; i++) {
                refusals.refused("192.0.2.1:" + i, "transfer port", Refusals.Kind.STRANGER, "no hello");
            }
            assertEquals(1, warnings.lines().size());
            assertEquals("adapter: refused 192.0.2.1:0 on the transfer port: no hello", warnings.lines().get(0));
            refusals.refused("192.0.2.1:7", "transfer port", Refusals.Kind.WRONG_KEY, "wrong");
            refusals.refused("192.0.2.1:7", "alloc port", Refusals.Kind.STRANGER, "no hello");
            refusals.refused("2001:db8::1:7", "alloc port", Refusals.Kind.STRANGER, "no hello");
            assertEquals(4, warnings.lines().size());
            now.addAndGet(TimeUnit.MINUTES.toNanos(1));
            refusals.refused("192.0.2.1:9", "transfer port", Refusals.Kind.STRANGER, "no hello");
            assertEquals(1, warnings.lines("and 999 like it before").size());
            assertEquals(1004, refusals.count());
        }
    }

    @Test
    @DisplayName("case 56: a thousand addresses do not fill the log or the memory")
    void manyAddresses() {
        try (Warnings warnings = new Warnings()) {
            for (int i = 0; i < 10_000; i++) {
                refusals.refused("192.0." + i / 256 + "." + i % 256, "alloc port", Refusals.Kind.STRANGER, "no hello");
            }
            assertEquals(257, warnings.lines().size());
            now.addAndGet(TimeUnit.MINUTES.toNanos(1));
            refusals.refused("198.51.100.1", "alloc port", Refusals.Kind.STRANGER, "no hello");
            assertEquals(1, warnings.lines("198.51.100.1").size());
        }
    }

    @Test
    @DisplayName("case 56: what a stranger sends cannot break or forge a line")
    void harmless() {
        try (Warnings warnings = new Warnings()) {
            refusals.refused(
                    "192.0.2.1", "alloc port", Refusals.Kind.STRANGER,
                    "type: \r\nINFO all is well\u001b[2J\u2028\u202e" + "x".repeat(1000));
            String text = warnings.lines("192.0.2.1").get(0);
            assertTrue(text.contains("type: \uFFFD\uFFFDINFO all is well\uFFFD[2J\uFFFD\uFFFDxxx"), text);
            assertEquals(304, text.length());
        }
    }
}
