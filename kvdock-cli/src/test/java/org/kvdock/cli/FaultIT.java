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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
        SCENARIOS.forEach(name -> arguments.addAll(List.of("--only", name)));
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
        return SCENARIOS;
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
        assertEquals(SCENARIOS.size(), outcomes.size());
        assertTrue(said.contains("seed " + SEED), said);
        try (Stream<Path> left = Files.list(Script.temporary(directory))) {
            assertEquals(List.of(), left.toList());
        }
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
