package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kvdock.l2.pd.FoundChannels;

/** The fault campaign as a user runs it: some of each family in one run; by hand it runs the whole matrix. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultIT {
    private static final long SECONDS = 300;
    private static final long END_SECONDS = 30;
    private static final long SEED = System.nanoTime();
    private static final List<String> SCENARIOS = List.of(
            "kill-sender-write-shm",
            "kill-receiver-commit-tcp",
            "kill-receiver-load-shm-warm",
            "stop-sender-write-shm",
            "stop-receiver-commit-tcp",
            "half-open-receiver-write-tcp",
            "cut-sender-acknowledge-tcp-long",
            "cut-sender-write-tls",
            "silence-sender-write-shm",
            "delay-sender-reserve-tcp-jitter",
            "trickle-receiver-reserve-tcp-alive",
            "half-sender-commit-shm",
            "garbage-sender-reserve-tcp-reserve-payload",
            "garbage-receiver-connect-tcp-strangers",
            "wrong-key-sender-hello-tls",
            "wrong-key-receiver-hello-tls",
            "epoch-sender-commit-tcp",
            "order-sender-commit-tcp-before-data",
            "lost-receiver-acknowledge-shm-commitack-with-connection",
            "full-receiver-reserve-shm-four-senders",
            "no-descriptors-receiver-connect-tcp",
            "no-descriptors-receiver-load-tcp-zmq",
            "no-descriptors-sender-load-tcp",
            "flip-sender-reserve-tcp-key",
            "flip-sender-load-shm",
            "reader-gone-receiver-load-tcp");
    // Only where UCX can be used; elsewhere they are bad usage, which has a test of its own.
    private static final List<String> UCX = List.of(
            "kill-receiver-write-ucx",
            "stop-sender-commit-ucx",
            "cut-sender-write-ucx",
            "garbage-receiver-hello-ucx-address",
            "no-descriptors-sender-connect-ucx",
            "full-receiver-reserve-ucx-four-senders");

    private final Map<String, Map<String, String>> outcomes = new HashMap<>();
    private Path directory;
    private int status;
    private String said;

    @BeforeAll
    void run(@TempDir Path ofAll) throws Exception {
        directory = ofAll;
        Path json = directory.resolve("fault.json");
        List<String> arguments =
                new ArrayList<>(List.of("lab", "fault", "--seed", "" + SEED, "--json", json.toString()));
        scenarios().forEach(name -> arguments.addAll(List.of("--only", name)));
        try (Script script = new Script(directory, "never", arguments)) {
            status = script.await(SECONDS);
            said = script.said();
        }
        if (Files.exists(json)) {
            read(json);
        }
    }

    private void read(Path json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
            while (!"scenarios".equals(parser.nextFieldName())) {
                // whatever else there is, but not past the end
                assertNotNull(parser.currentToken(), "no scenarios in " + json);
            }
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                Map<String, String> outcome = new HashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String field = parser.currentName();
                    parser.nextToken();
                    outcome.put(field, parser.getText());
                }
                outcomes.put(outcome.get("name"), outcome);
            }
        }
    }

    static List<String> scenarios() {
        Optional<String> obstacle = FoundChannels.loaded().obstacle("ucx");
        obstacle.ifPresent(why -> System.out.println(UCX + " are left out: " + why));
        return Stream.concat(SCENARIOS.stream(), obstacle.isPresent() ? Stream.of() : UCX.stream()).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    @DisplayName("cases 42, 43, 46 to 49, 51, 56, 57: after each fault every task has completed once and in time, what is visible is whole, and the next one succeeds")
    void passes(String name) {
        Map<String, String> outcome = outcomes.get(name);
        assertTrue(outcome != null, name + " was not run: " + said);
        for (String field : List.of("side", "step", "detail")) {
            assertFalse(outcome.get(field).isEmpty(), field);
        }
        System.out.println(name + ": " + outcome.get("detail"));
        assertEquals("true", outcome.get("passed"), "seed " + SEED + ": " + outcome.get("detail"));
    }

    @Test
    @DisplayName("the campaign says its seed, ends with status 0 where all passed, and leaves nothing behind")
    void ends() throws IOException {
        assertEquals(0, status, said);
        assertEquals(scenarios().size(), outcomes.size());
        assertTrue(said.contains("seed " + SEED), said);
        try (Stream<Path> left = Files.list(Script.temporary(directory))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    @DisplayName("where UCX cannot be used scenarios over it are left out, in one line that says why; asked for by name they are bad usage")
    void withoutUcx(@TempDir Path own) throws Exception {
        Path broken = Files.createDirectories(own.resolve("libraries"));
        Files.writeString(broken.resolve("libucp.so.0"), "none");
        List<String> some = said(own, broken, "--only", "reader-gone");
        assertEquals("0", some.get(0), some.toString());
        String line = "over ucx are left out: the version of UCX cannot be told (" + broken.resolve("libucp.so.0");
        assertTrue(some.stream().anyMatch(said -> said.startsWith("1 scenarios " + line)), some.toString());
        assertTrue(some.stream().anyMatch(said -> said.startsWith("scenarios 2, passed 2, failed 0, left out 1")), some.toString());
        List<String> none = said(own, broken, "--only", "reader-gone-receiver-load-ucx");
        assertEquals("2", none.get(0), none.toString());
        assertEquals(2, none.size(), none.toString());
        assertTrue(none.get(1).contains("--only: reader-gone-receiver-load-ucx is not allowed, must be possible: "), none.toString());
    }

    /** Runs it with another UCX. @return its exit status, then its lines */
    private static List<String> said(Path own, Path libraries, String... arguments) throws Exception {
        Path out = own.resolve("said.txt");
        ProcessBuilder builder = Script.builder(own, Stream.concat(Stream.of("lab", "fault"), Stream.of(arguments)).toList());
        builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
        Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("has not ended: " + Files.readString(out));
        }
        List<String> lines = new ArrayList<>(List.of(Integer.toString(process.exitValue())));
        lines.addAll(Files.readAllLines(out));
        return lines;
    }

    @Test
    @DisplayName("SIGTERM in the middle ends all processes within seconds")
    void sigterm(@TempDir Path own) throws Exception {
        try (Script script = new Script(own, " of ", List.of("lab", "fault", "--only", "kill", "--lanes", "2"))) {
            assertTrue(script.awaitLine(SECONDS), script.said());
            assertTrue(script.terminate(END_SECONDS) > 0, script.said());
        }
    }

    @Test
    @DisplayName("bad usage ends with status 2 and one line that names the option, the value and what is allowed")
    void badUsage(@TempDir Path own) throws Exception {
        for (List<String> bad : List.of(
                List.of("--only", "nothing"), List.of("--lanes", "0"), List.of("--json", own.toString()))) {
            List<String> arguments = Stream.concat(Stream.of("lab", "fault"), bad.stream()).toList();
            try (Script script = new Script(own, "never", arguments)) {
                assertEquals(2, script.await(SECONDS), script.said());
                assertEquals(1, script.errors().size(), script.said());
                assertTrue(script.errors().get(0).contains(bad.get(0)), script.said());
                assertTrue(script.errors().get(0).contains("must be"), script.said());
            }
        }
    }
}
