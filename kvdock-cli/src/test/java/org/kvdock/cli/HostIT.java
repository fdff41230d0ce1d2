package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./kvdock host} as a user runs it, with a mock adapter and its console. */
class HostIT {
    private static final long SECONDS = 120;
    private static final long END_SECONDS = 30;

    @TempDir
    Path directory;

    private Path configuration;

    @BeforeEach
    void configure() throws IOException {
        configuration = Files.writeString(directory.resolve("host.json"), """
                {
                  "org.kvdock.journal.chronicle": {"root": "%s"},
                  "org.kvdock.host": {"l1_max_objects": 1000},
                  "org.kvdock.l2.mock~one": {"name": "one"}
                }
                """.formatted(directory.resolve("journals")));
    }

    /** The host, and somebody at its console. */
    private final class Running implements AutoCloseable {
        private final Process process = Script.builder(directory, List.of("host", "--config", configuration.toString()))
                .redirectErrorStream(true)
                .start();
        private final Writer in = process.outputWriter();
        private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
        private final List<String> said = new ArrayList<>();
        private int asked;

        Running() throws IOException {
            Thread reader = new Thread(this::read, "host-output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines = process.inputReader()) {
                lines.lines().forEach(out::add);
            } catch (IOException | java.io.UncheckedIOException e) {
                out.add("the output ended: " + e);
            }
        }

        /** @return what the console says to this command */
        List<String> ask(String command) throws IOException, InterruptedException {
            String end = "asked-" + asked++;
            in.write(command + "\necho " + end + "\n");
            in.flush();
            List<String> answer = new ArrayList<>();
            for (;;) {
                String line = out.poll(SECONDS, TimeUnit.SECONDS);
                said.add(line);
                assertNotNull(line, "no answer to " + command + ": " + said);
                if (line.contains(end)) {
                    return answer;
                }
                answer.add(line);
            }
        }

        String awaitLine(String begin) throws InterruptedException {
            for (int next = 0; ; next++) {
                if (next == said.size()) {
                    said.add(out.poll(SECONDS, TimeUnit.SECONDS));
                }
                assertNotNull(said.get(next), "no line " + begin + ": " + said);
                if (said.get(next).contains(begin)) {
                    return said.get(next);
                }
            }
        }

        /** Asks until the host has taken the adapter: each question waits for its answer. */
        void awaitDocked() throws IOException, InterruptedException {
            String host = ask("lb").stream()
                    .filter(line -> line.contains("kvdock cache-host"))
                    .map(line -> line.split("\\|")[0].strip())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(said));
            long begin = System.nanoTime();
            while (ask("inspect requirement service " + host).stream().noneMatch(line -> line.contains("org.kvdock.l2.L2Adapter"))) {
                assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS), said.toString());
            }
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    @DisplayName("a component that fails inside a host is told in one line, without a stack trace, and the host goes on")
    void componentFails() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(configuration, """
                    {
                      "org.kvdock.journal.chronicle": {"root": "%s"},
                      "org.kvdock.host": {"l1_max_objects": 1000},
                      "org.kvdock.l2.mock~one": {"name": "one"},
                      "org.kvdock.l2.pd~r": {"name": "r", "role": "receiver", "peer_host": "127.0.0.1",
                        "peer_init_port": [%d], "peer_alloc_port": [0], "buffer_size": 1048576}
                    }
                    """.formatted(directory.resolve("journals"), taken.getLocalPort()));
            try (Running host = new Running()) {
                host.awaitDocked();
                String line = host.awaitLine("kvdock: org.kvdock.l2.pd.PdComponent (r) failed: ");
                assertTrue(line.contains(Integer.toString(taken.getLocalPort())), line);
                host.ask("lb");
                assertTrue(host.said.stream().noneMatch(said -> said.startsWith("\tat ")), host.said.toString());
            }
        }
    }

    private List<Path> temporary() throws IOException {
        try (Stream<Path> found = Files.list(Script.temporary(directory))) {
            return found.filter(Files::isDirectory).toList();
        }
    }

    @Test
    @DisplayName("a host docks what its configuration has, answers on its console, and SIGTERM ends it within seconds and leaves nothing")
    void sigterm() throws Exception {
        try (Running host = new Running()) {
            host.awaitDocked();
            assertTrue(Files.isDirectory(directory.resolve("journals/one")));
            assertEquals(1, temporary().size());
            List<ProcessHandle> children = host.process.descendants().toList();
            host.process.toHandle().destroy();
            assertTrue(host.process.waitFor(END_SECONDS, TimeUnit.SECONDS), host.said.toString());
            for (ProcessHandle child : children) {
                child.onExit().get(END_SECONDS, TimeUnit.SECONDS);
            }
        }
        assertEquals(List.of(), temporary());
    }

    @Test
    @DisplayName("what a host leaves that was killed goes when the next one starts")
    void killed() throws Exception {
        Path left;
        try (Running host = new Running()) {
            host.awaitDocked();
            left = temporary().get(0);
            host.process.destroyForcibly();
            assertTrue(host.process.waitFor(END_SECONDS, TimeUnit.SECONDS));
        }
        assertEquals(List.of(left), temporary());
        try (Running host = new Running()) {
            host.awaitDocked();
            assertEquals(1, temporary().size());
            assertTrue(Files.notExists(left));
        }
    }
}
