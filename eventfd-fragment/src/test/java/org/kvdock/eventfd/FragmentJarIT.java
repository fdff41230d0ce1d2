package org.kvdock.eventfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.eventfd.probe.Probe;
import org.kvdock.l2.event.EventFd;

/** The same two jars on the class path and on the module path, each in a JVM of its own. */
class FragmentJarIT {

    private static final String API = jarOf(EventFd.class);
    private static final String FRAGMENT = jarOf(FragmentLocator.class);
    private static final String PROBE = jarOf(Probe.class);

    @TempDir
    Path tmp;

    @Test
    void servesTheClassPath() throws Exception {
        assertEquals("module null read 7 left 0", java("-cp", path(API, FRAGMENT, PROBE)));
    }

    @Test
    void servesTheModulePath() throws Exception {
        assertEquals("module org.kvdock.l2.api read 7 left 0",
                java("-p", path(API, FRAGMENT), "--add-modules", "org.kvdock.l2.api", "-cp", PROBE));
    }

    @Test
    void aMissingFragmentIsNamed() throws Exception {
        assertEquals("no native eventfd library for linux-" + arch() + ": no eventfd-fragment jar is on the class path or"
                + " module path (allowed: linux-x86_64, linux-aarch64)", java("-cp", path(API, PROBE)));
        assertEquals("no native eventfd library for linux-" + arch() + ": no eventfd-fragment jar is on the class path or"
                + " module path (allowed: linux-x86_64, linux-aarch64)",
                java("-p", API, "--add-modules", "org.kvdock.l2.api", "-cp", PROBE));
    }

    @Test
    void aForeignFragmentIsNamed() throws Exception {
        String line = java("-Dos.arch=riscv64", "-cp", path(API, FRAGMENT, PROBE));
        assertTrue(line.startsWith("no native eventfd library for linux-riscv64: the eventfd-fragment jar holds only linux-"),
                line);
        assertTrue(line.endsWith("(allowed: linux-x86_64, linux-aarch64)"), line);
    }

    private static String arch() {
        return System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
    }

    private static String path(String... entries) {
        return String.join(File.pathSeparator, entries);
    }

    private static String jarOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    /** Runs the probe under the JDK that runs this test; returns all that it printed. */
    private String java(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
                "-Djava.io.tmpdir=" + tmp, "-XX:+IgnoreUnrecognizedVMOptions"));
        boolean modules = options[0].equals("-p");
        command.add("--enable-native-access=" + (modules ? "org.kvdock.l2.api" : "ALL-UNNAMED"));
        command.addAll(List.of(options));
        command.add(Probe.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return output;
    }
}
