package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.ChronicleRuntime;
import org.osgi.framework.Bundle;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRevision;

/** The queue library inside the journal's bundle: nobody else sees it, it opens no connection, its log is the host's. */
class QuietJournalInFelixIT {
    private static final String LIBRARY = "net.openhft.chronicle.core.Jvm";
    private static final String LOG_API = "org.slf4j.LoggerFactory";
    /** Whoever opens a connection in Java, in whatever way, loads one of these. */
    private static final Set<String> NETWORK = Set.of("sun.nio.ch.Net", "java.net.Socket", "sun.nio.ch.NioSocketImpl");
    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    private Path directory;

    private Felix felix;
    private Bundle journal;

    @BeforeEach
    void start() throws Exception {
        felix = new Felix(directory.resolve("felix"));
        journal = JournalProgram.install(felix);
    }

    @AfterEach
    void stop() throws Exception {
        felix.stop();
    }

    @Test
    @DisplayName("the bundle exports this project's packages only; a bundle that may import anything gets nothing of the library")
    void hidden() throws Exception {
        List<String> exported = journal.adapt(BundleRevision.class).getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .map(capability -> (String) capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))
                .toList();
        assertTrue(exported.contains("org.kvdock.journal.chronicle"), exported.toString());
        assertEquals(List.of(), exported.stream().filter(name -> !name.startsWith("org.kvdock.")).toList());

        Bundle stranger = felix.installStranger(directory.resolve("stranger.jar"));
        String ours = "org.kvdock.journal.chronicle.ChronicleJournals";
        assertSame(journal.loadClass(ours), stranger.loadClass(ours), "this test can tell");
        for (String theirs : List.of(LIBRARY, LOG_API)) {
            assertEquals(theirs, journal.loadClass(theirs).getName());
            assertThrows(ClassNotFoundException.class, () -> stranger.loadClass(theirs));
        }
    }

    @Test
    @DisplayName("what the library logs comes to the host's java.util.logging, under the logging class's name")
    void log() throws Exception {
        Logger logger = Logger.getLogger(LIBRARY);
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public synchronized void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {
                // Nothing is held back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            Class<?> library = journal.loadClass(LIBRARY);
            Object errors = library.getMethod("error").invoke(null);
            journal.loadClass("net.openhft.chronicle.core.onoes.ExceptionHandler")
                    .getMethod("on", Class.class, String.class)
                    .invoke(errors, library, "a line of the library");
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        assertEquals(List.of("a line of the library"), records.stream().map(LogRecord::getMessage).toList());
        assertEquals(Level.SEVERE, records.get(0).getLevel());
        assertEquals(LIBRARY, records.get(0).getLoggerName());
    }

    @Test
    @DisplayName("a framework whose journal is at work loads nothing that could open a connection")
    void noConnection() throws Exception {
        assertEquals(Set.of(), networkOf(JournalProgram.QUIET));
        assertTrue(networkOf(JournalProgram.CONNECT).contains("sun.nio.ch.Net"), "this test can tell");
    }

    private Set<String> networkOf(String mode) throws Exception {
        Path log = directory.resolve(mode + ".log");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ChronicleRuntime.jvmFlags(Runtime.version().feature(), "ALL-UNNAMED"));
        command.addAll(List.of(
                "-Xlog:class+load:file=" + log, "-cp", System.getProperty("java.class.path"), JournalProgram.class.getName(),
                directory.resolve(mode).toString(), mode));
        Process child = new ProcessBuilder(command).inheritIO().start();
        try {
            assertTrue(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the child ends by itself");
            assertEquals(0, child.exitValue());
        } finally {
            child.destroyForcibly();
        }
        try (Stream<String> lines = Files.lines(log)) {
            Set<String> loaded = new TreeSet<>();
            lines.map(line -> line.split(" +")).filter(words -> words.length > 1).forEach(words -> loaded.add(words[1]));
            assertTrue(loaded.contains("net.openhft.chronicle.queue.impl.single.SingleChronicleQueue"), "the journal was at work");
            loaded.retainAll(NETWORK);
            return loaded;
        }
    }
}
