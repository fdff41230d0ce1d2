package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;

/** The queue library tells nobody that it is there. */
class QuietTest {
    /** Whoever opens a connection in Java, in whatever way, loads one of these. */
    private static final Set<String> NETWORK =
            Set.of("sun.nio.ch.Net", "java.net.Socket", "sun.nio.ch.NioSocketImpl", "java.net.InetSocketAddress");

    @TempDir
    Path root;

    /** Uses a journal; with an argument {@code connect} it also opens a connection to itself. */
    public static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            try (TaskJournal journal = ChronicleJournals.at(Path.of(arguments[0])).open("a")) {
                JournalWriter writer = Records.writer(journal);
                for (int task = 0; task < 1000; task++) {
                    Records.submit(writer, task, TaskKind.STORE, 1);
                }
            }
            if (arguments[1].equals("connect")) {
                try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                        Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    client.getOutputStream().write(1);
                }
            }
        }
    }

    private Set<String> networkOf(String mode) throws Exception {
        Path log = root.resolve(mode + ".log");
        try (Child child = Child.start(
                List.of("env", "JDK_JAVA_OPTIONS=-Xlog:class+load:file=" + log),
                Program.class,
                root.resolve(mode).toString(),
                mode)) {
            assertEquals(0, child.exit());
        }
        try (Stream<String> lines = Files.lines(log)) {
            Set<String> loaded = new TreeSet<>();
            lines.map(line -> line.split(" +")).filter(words -> words.length > 1).forEach(words -> loaded.add(words[1]));
            assertTrue(loaded.contains("net.openhft.chronicle.queue.impl.single.SingleChronicleQueue"));
            loaded.retainAll(NETWORK);
            return loaded;
        }
    }

    @Test
    @DisplayName("a process that uses a journal loads nothing that could open a connection")
    void noConnection() throws Exception {
        assertEquals(Set.of(), networkOf("quiet"));
        assertTrue(networkOf("connect").contains("sun.nio.ch.Net"), "this test can tell");
    }

    @Test
    @DisplayName("the library's telemetry is not there at all")
    void noTelemetry() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
    }
}
