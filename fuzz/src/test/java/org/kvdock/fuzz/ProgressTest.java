package org.kvdock.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    @DisplayName("a target that begins is a line; on a terminal the seconds that are left follow, and are wiped at its end")
    void lines() throws Exception {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        Progress progress = new Progress(new PrintStream(plain, true, StandardCharsets.UTF_8), false);
        progress.begin("keys", 2, 16, 300);
        progress.end();
        assertEquals("keys: target 2 of 16, 300 s\n", plain.toString(StandardCharsets.UTF_8));

        CountDownLatch flushed = new CountDownLatch(1);
        ByteArrayOutputStream terminal = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                super.write(bytes, from, length);
                if (toString(StandardCharsets.UTF_8).contains(" s left")) {
                    flushed.countDown();
                }
            }
        };
        Progress clock = new Progress(new PrintStream(terminal, true, StandardCharsets.UTF_8), true);
        clock.begin("keys", 2, 16, 300);
        assertTrue(flushed.await(30, TimeUnit.SECONDS), terminal.toString(StandardCharsets.UTF_8));
        clock.end();
        assertTrue(terminal.toString(StandardCharsets.UTF_8).endsWith(" \r"), terminal.toString(StandardCharsets.UTF_8));
    }
}
