package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.cli.workload.Routes;
import org.kvdock.cli.workload.StrictPrefixLru;
import org.kvdock.cli.workload.SyntheticWorkload;
import org.kvdock.cli.workload.Workload;

/** The main job as a user runs it: the script, two hosts as processes of their own, real transfers, real journals. */
class DemoIT {
    // Tests run in the module's folder, the traces are beside the checkout and no part of the project.
    private static final Path TRACE = Path.of("../../shared/traces/conversation_trace.jsonl");
    private static final int REQUESTS = 80;
    private static final long SEED = 5;
    private static final long START_SECONDS = 240;
    /** How long a signal may take to end all processes. */
    private static final long END_SECONDS = 60;

    @TempDir
    Path directory;

    @Test
    @DisplayName("case 53: a short demo moves and verifies every block, counts exactly, and leaves no open task and no lock")
    void counts() throws Exception {
        Workload workload = SyntheticWorkload.make(SEED, REQUESTS);
        Path json = directory.resolve("out.json");
        Path journal = directory.resolve("journal");
        run(0, "demo", "--requests", "" + REQUESTS, "--seed", "" + SEED, "--block-bytes", "4099",
                "--json", json.toString(), "--journal", journal.toString());
        Map<String, Long> numbers = FlatJson.numbers(json);
        long hits = StrictPrefixLru.hits(workload, Long.MAX_VALUE);
        assertEquals(REQUESTS, numbers.get("requests"));
        assertEquals(workload.references(), numbers.get("block_references"));
        assertEquals(hits, numbers.get("prefix_hit_blocks"));
        assertEquals(workload.references() - hits, numbers.get("blocks_stored"));
        assertEquals(workload.distinctBlocks(), numbers.get("blocks_transferred"));
        assertEquals(0, numbers.get("blocks_deduplicated"));
        assertEquals(0, numbers.get("blocks_resent"));
        assertEquals(4099L * workload.distinctBlocks(), numbers.get("bytes_transferred"));
        assertEquals(workload.references(), numbers.get("blocks_loaded"));
        assertEquals(workload.references(), numbers.get("blocks_verified"));
        assertEquals(0, numbers.get("verify_failures"));
        assertEquals(numbers.get("tasks_submitted"), numbers.get("tasks_completed"));
        assertTrue(numbers.get("tasks_submitted") >= REQUESTS);
        assertEquals(0, numbers.get("tasks_failed"));
        assertTrue(numbers.get("peak_rss_bytes") > 0);
        assertTrue(numbers.get("handoff_us.p50") > 0 && numbers.get("handoff_us.p50") <= numbers.get("handoff_us.p999"));

        Path info = directory.resolve("info.json");
        run(0, "journal", "info", "--json", info.toString(), journal.toString());
        Map<String, Long> totals = FlatJson.numbers(info);
        assertEquals(numbers.get("journal_records"), totals.get("records"));
        assertEquals(numbers.get("tasks_submitted"), totals.get("submitted"));
        assertEquals(numbers.get("tasks_completed"), totals.get("completed"));
        assertEquals(2, totals.get("epochs"));
        assertEquals(0, totals.get("open_tasks"));
        assertEquals(0, totals.get("locks_held"));
        assertEquals(0, totals.get("damages"));
        Path state = directory.resolve("state.json");
        run(0, "journal", "state", "--json", state.toString(), journal.toString());
        assertEquals(0, FlatJson.numbers(state).get("open_tasks"));
        assertEquals(0, FlatJson.numbers(state).get("locks_held"));
        Path dump = directory.resolve("dump.jsonl");
        run(0, "journal", "dump", "--json", dump.toString(), journal.toString());
        try (Stream<String> lines = Files.lines(dump)) {
            assertEquals(numbers.get("journal_records"), lines.count());
        }
        damageIsTold(journal, info);
    }

    private void damageIsTold(Path journal, Path info) throws Exception {
        Path file;
        try (Stream<Path> files = Files.walk(journal.resolve("decode"))) {
            file = files.filter(path -> path.toString().endsWith(".cq4")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        // Somewhere in a key, so surely in a record.
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("kvdock-demo");
        bytes[at] ^= 1;
        Files.write(file, bytes);
        run(1, "journal", "info", "--json", info.toString(), journal.toString());
        assertEquals(1, FlatJson.numbers(info).get("damages"));
        run(1, "journal", "state", journal.toString());
        run(1, "journal", "dump", journal.toString());
    }

    @Test
    @DisplayName("case 45: two prefill and two decode hosts, a proxy in between: each decode host gets each block once, from"
            + " whichever sender, every byte is verified, every sender had work, and all six journals are clean")
    void fourHosts() throws Exception {
        Workload workload = SyntheticWorkload.make(SEED, REQUESTS);
        Routes routes = new Routes(2, 2);
        Path json = directory.resolve("out.json");
        Path journal = directory.resolve("journal");
        run(0, "demo", "--prefill", "2", "--decode", "2", "--requests", "" + REQUESTS, "--seed", "" + SEED,
                "--block-bytes", "4099", "--json", json.toString(), "--journal", journal.toString());
        Map<String, Long> numbers = FlatJson.numbers(json);
        long hits = routes.prefillShares(workload).stream().mapToLong(share -> StrictPrefixLru.hits(share, Long.MAX_VALUE)).sum();
        long sent = routes.decodeShares(workload).stream().mapToLong(Workload::distinctBlocks).sum();
        assertEquals(2, numbers.get("prefill_hosts"));
        assertEquals(2, numbers.get("decode_hosts"));
        assertEquals(workload.references(), numbers.get("block_references"));
        assertEquals(hits, numbers.get("prefix_hit_blocks"));
        assertEquals(workload.references() - hits, numbers.get("blocks_stored"));
        assertTrue(numbers.get("blocks_deduplicated") > 0, "the seed must make both prefill hosts compute the same blocks");
        assertEquals(sent, numbers.get("blocks_transferred") + numbers.get("blocks_resent"));
        assertEquals(4099L * sent, numbers.get("bytes_transferred"));
        assertEquals(workload.references(), numbers.get("blocks_verified"));
        assertEquals(0, numbers.get("tasks_failed"));
        long submitted = 0;
        for (String adapter : List.of("prefill-1/pd-1", "prefill-1/pd-2", "prefill-2/pd-1", "prefill-2/pd-2", "decode-1/pd", "decode-2/pd")) {
            Path info = directory.resolve("info.json");
            run(0, "journal", "info", "--json", info.toString(), journal.resolve(adapter).toString());
            Map<String, Long> totals = FlatJson.numbers(info);
            assertTrue(totals.get("submitted") > 0, adapter);
            assertEquals(totals.get("submitted"), totals.get("completed"), adapter);
            assertEquals(0, totals.get("open_tasks") + totals.get("locks_held") + totals.get("damages"), adapter);
            submitted += totals.get("submitted");
        }
        assertEquals(numbers.get("tasks_submitted"), submitted);
    }

    @Test
    @DisplayName("two prefill and two decode hosts with keys of their own and small L1s: each sender knows its receiver")
    void fourHostsSecured() throws Exception {
        Workload workload = SyntheticWorkload.make(SEED, REQUESTS);
        Path json = directory.resolve("out.json");
        run(0, "demo", "--prefill", "2", "--decode", "2", "--requests", "" + REQUESTS, "--seed", "" + SEED, "--secure",
                "--channel", "tcp", "--block-bytes", "4KiB", "--decode-l1-blocks", "" + 2 * workload.longest(),
                "--json", json.toString());
        Map<String, Long> numbers = FlatJson.numbers(json);
        assertEquals(workload.references(), numbers.get("blocks_verified"));
        assertEquals(0, numbers.get("tasks_failed"));
    }

    @Test
    @DisplayName("case 56: with keys of its own the same run goes over TLS 1.3 and CURVE, in OSGi as anywhere")
    void secured() throws Exception {
        Path json = directory.resolve("out.json");
        run(0, "demo", "--requests", "20", "--seed", "" + SEED, "--secure", "--channel", "tcp", "--json", json.toString());
        Map<String, Long> numbers = FlatJson.numbers(json);
        assertEquals(numbers.get("block_references"), numbers.get("blocks_verified"));
        assertEquals(0, numbers.get("tasks_failed"));
    }

    @Test
    @DisplayName("with small L1s hits are those of that capacity, and what decode has lost is sent again")
    void boundedL1() throws Exception {
        Workload workload = SyntheticWorkload.make(SEED, REQUESTS);
        int capacity = workload.longest() + 10;
        Path json = directory.resolve("out.json");
        run(0, "demo", "--requests", "" + REQUESTS, "--seed", "" + SEED, "--block-bytes", "8KiB",
                "--l1-blocks", "" + (capacity + 100), "--decode-l1-blocks", "" + capacity, "--json", json.toString());
        Map<String, Long> numbers = FlatJson.numbers(json);
        long hits = StrictPrefixLru.hits(workload, capacity + 100);
        assertTrue(hits < StrictPrefixLru.hits(workload, Long.MAX_VALUE), "the seed must make L1 evict");
        assertEquals(hits, numbers.get("prefix_hit_blocks"));
        assertEquals(workload.references() - hits, numbers.get("blocks_stored"));
        assertEquals(
                numbers.get("blocks_stored"),
                numbers.get("blocks_transferred") + numbers.get("blocks_deduplicated"));
        assertTrue(numbers.get("blocks_resent") > 0, "the seed must make decode lose what prefill still has");
        assertEquals(workload.references(), numbers.get("blocks_verified"));
    }

    @Test
    @DisplayName("the first 2,000 requests of a real trace: its published counts, every block verified")
    void trace() throws Exception {
        assumeTrue(Files.exists(TRACE), "left out: no trace at " + TRACE);
        Path json = directory.resolve("out.json");
        run(0, "demo", "--trace", TRACE.toString(), "--requests", "2000", "--block-bytes", "4KiB",
                "--json", json.toString());
        Map<String, Long> numbers = FlatJson.numbers(json);
        assertEquals(54_559, numbers.get("block_references"));
        assertEquals(15_771, numbers.get("prefix_hit_blocks"));
        assertEquals(38_788, numbers.get("blocks_transferred"));
        assertEquals(54_559, numbers.get("blocks_verified"));
        assertEquals(0, numbers.get("verify_failures"));
    }

    @Test
    @DisplayName("a trace with a bad line ends with status 2, and nothing was started")
    void badTrace() throws Exception {
        Path trace = directory.resolve("trace.jsonl");
        Files.writeString(trace, "{\"timestamp\": 0, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": [1]}\nno\n");
        try (Script script = new Script(directory, "never", List.of("demo", "--trace", trace.toString()))) {
            assertEquals(2, script.await(START_SECONDS));
            assertEquals(1, script.errors().size(), script.said());
            assertTrue(script.errors().get(0).contains(trace + ":2: not JSON"), script.said());
            assertNothingLeft();
        }
    }

    @Test
    @DisplayName("a host that cannot start says why, and the demo ends with status 1 without waiting for it")
    void cannotStart() throws Exception {
        Path journals = Files.createDirectories(directory.resolve("journal"));
        Files.writeString(Files.createDirectories(journals.resolve("decode")).resolve("pd"), "where a directory must be");
        try (Script script = new Script(directory, "never", List.of("demo", "--journal", journals.toString()))) {
            assertEquals(1, script.await(START_SECONDS), script.said());
            String last = script.errors().get(script.errors().size() - 1);
            assertTrue(last.startsWith("kvdock: decode: ") && last.contains("PdComponent (pd) failed: "), script.said());
        }
        assertNothingLeft();
    }

    @Test
    @DisplayName("SIGTERM in the middle ends all processes within seconds and leaves nothing behind")
    void sigterm() throws Exception {
        endsAfter(process -> process.toHandle().destroy());
        assertNothingLeft();
    }

    @Test
    @DisplayName("hosts end within seconds when their launcher is killed")
    void kill() throws Exception {
        endsAfter(Process::destroyForcibly);
    }

    private void endsAfter(java.util.function.Consumer<Process> end) throws Exception {
        // Paced, so that it is surely in the middle.
        List<String> arguments = List.of("demo", "--pace", "--requests", "10000", "--block-bytes", "4KiB");
        try (Script script = new Script(directory, "replaying", arguments)) {
            assertTrue(script.awaitLine(START_SECONDS), script.said());
            List<ProcessHandle> hosts = script.children();
            assertEquals(2, hosts.size(), script.said());
            end.accept(script.process());
            CompletableFuture<?>[] exits =
                    hosts.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(exits).get(END_SECONDS, TimeUnit.SECONDS);
            assertTrue(script.await(END_SECONDS) > 0, script.said());
            hosts.forEach(host -> assertFalse(host.isAlive()));
        }
    }

    private void run(int expected, String... arguments) throws Exception {
        try (Script script = new Script(directory, "never", List.of(arguments))) {
            assertEquals(expected, script.await(START_SECONDS), script.said());
        }
        assertNothingLeft();
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(Script.temporary(directory))) {
            List<String> ours = left.map(path -> path.getFileName().toString()).toList();
            assertEquals(List.of(), ours);
        }
    }
}
