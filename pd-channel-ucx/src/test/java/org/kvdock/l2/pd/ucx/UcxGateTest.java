package org.kvdock.l2.pd.ucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which UCX is let through; nothing here is loaded. */
class UcxGateTest {
    private static final String INSTALL = "install UCX 1.13.1 (Debian 12: apt-get install libucx0)";

    @TempDir
    private Path root;

    private static Optional<String> obstacle(Path... directories) {
        return new UcxGate("amd64", List.of(directories)).obstacle();
    }

    @Test
    @DisplayName("no UCX on the machine: one line says what to install")
    void absent() {
        assertEquals(Optional.of("no libucp.so.0 on this machine; " + INSTALL), obstacle(root, root.resolve("nowhere")));
    }

    @Test
    @DisplayName("a UCX that was tried is let through")
    void tried() throws IOException {
        Path directory = FakeLibrary.in(root, FakeLibrary.bytes(1, 13, 1));
        assertEquals(Optional.empty(), obstacle(directory));
        assertEquals("1.13.1", new UcxGate("amd64", List.of(directory)).version());
    }

    @Test
    @DisplayName("a UCX that was not tried is refused: the line names it, its file, and what to install")
    void notTried() {
        Path directory = FakeLibrary.in(root, FakeLibrary.bytes(1, 18, 1));
        assertEquals(
                Optional.of("UCX 1.18.1 (" + directory.resolve("libucp.so.0") + ") was not tried with jucx 1.14; " + INSTALL),
                obstacle(directory));
    }

    @Test
    @DisplayName("what counts is the first one in the loader's order")
    void order() {
        Path older = FakeLibrary.in(root.resolve("a"), FakeLibrary.bytes(1, 12, 0));
        Path tried = FakeLibrary.in(root.resolve("b"), FakeLibrary.bytes(1, 13, 1));
        assertEquals(Optional.empty(), obstacle(tried, older));
        assertTrue(obstacle(older, tried).orElseThrow().startsWith("UCX 1.12.0 "));
    }

    @Test
    @DisplayName("another architecture is refused whatever is installed")
    void architecture() {
        FakeLibrary.in(root, FakeLibrary.bytes(1, 13, 1));
        assertEquals(
                Optional.of("jucx 1.14 is made for x86-64, this JVM runs on aarch64"),
                new UcxGate("aarch64", List.of(root)).obstacle());
    }

    @Test
    @DisplayName("a file that is no libucp, or a damaged one, is refused and named, and never an exception")
    void damaged() throws IOException {
        byte[] whole = FakeLibrary.bytes(1, 13, 1);
        for (int length = 0; length < whole.length; length++) {
            String said = obstacle(FakeLibrary.in(root, Arrays.copyOf(whole, length))).orElse("");
            // What is cut off may be the padding at the end.
            assertTrue(length >= 448 || said.contains(root.toString()) && said.endsWith(INSTALL), length + ": " + said);
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] flipped = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            }
            String said = obstacle(FakeLibrary.in(root, flipped)).orElse(INSTALL);
            assertTrue(said.endsWith(INSTALL) && said.lines().count() == 1, "seed " + seed + ": " + said);
        }
    }

    @Test
    @DisplayName("the jucx in the bundle is the one that the table of tried pairs is for")
    void jucx() {
        String jar = org.openucx.jucx.UcxUtils.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        assertTrue(jar.endsWith("/jucx-" + UcxGate.JUCX + ".jar"), jar);
        assertFalse(UcxGate.TRIED.get(UcxGate.JUCX).isEmpty());
    }

    @NeedsUcx
    @Test
    @DisplayName("the UCX of this machine is read from its file, without loading it")
    void thisMachine() throws IOException {
        assertTrue(UcxGate.here().version().matches("[0-9]+\\.[0-9]+\\.[0-9]+"));
        assertFalse(Files.readString(Path.of("/proc/self/maps")).contains("libucp"));
    }
}
