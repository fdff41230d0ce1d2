package org.kvdock.cli.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.cli.ExitStatus;
import org.kvdock.cli.Kvdock;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** The journal commands as a user runs them, on a journal of one stored block, one lookup of it, and one that missed. */
class JournalCommandsTest {
    private static final List<ObjectKey> HERE = List.of(ObjectKey.of(new byte[] {1}, "model", 0, 0, ""));
    private static final List<ObjectKey> MISSING = List.of(ObjectKey.of(new byte[] {2}, "model", 0, 0, ""));

    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void write() {
        try (TaskJournal journal = ChronicleJournals.at(root).open("mock")) {
            JournalWriter writer = new JournalWriter(journal, TimeSource.SYSTEM);
            writer.epochReady();
            writer.submitted(0, TaskKind.STORE, HERE, 100, Optional.empty());
            writer.keyPublished(HERE.get(0), 100, 0, 0);
            writer.completed(result(0, TaskKind.STORE, 1, 100), false);
            writer.delivered(0);
            writer.submitted(1, TaskKind.LOOKUP, HERE, 0, Optional.empty());
            writer.completed(result(1, TaskKind.LOOKUP, 1, 0), true);
            writer.delivered(1);
            writer.unlocked(HERE, Bitmap.ones(1));
            writer.submitted(2, TaskKind.LOOKUP, MISSING, 0, Optional.empty());
            writer.completed(result(2, TaskKind.LOOKUP, 0, 0), true);
            writer.epochEnd();
        }
    }

    private static TaskResult result(long id, TaskKind kind, int bits, long bytes) {
        Bitmap map = bits == 1 ? Bitmap.ones(1) : new Bitmap(1);
        Bitmap moved = bytes > 0 ? Bitmap.ones(1) : new Bitmap(1);
        return new TaskResult(id, kind, TaskOutcome.SUCCESS, map, moved, new Bitmap(1), bytes, ErrorCode.NONE, "");
    }

    private int run(String... arguments) {
        PrintStream before = System.out;
        out.reset();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            return Kvdock.run(arguments);
        } finally {
            System.setOut(before);
        }
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("verify: a sound journal is ok; a flipped bit is told with file and position, and fails")
    void verify() throws Exception {
        assertEquals(ExitStatus.RIGHT, run("journal", "verify", root.toString()));
        assertTrue(said().startsWith("ok     mock: 13 records in 1 files"), said());
        Path file = JournalDirectory.find(root).get(0).queueFiles().get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 200] ^= 1;
        Files.write(file, bytes);
        assertEquals(ExitStatus.FAILED, run("journal", "verify", "--json", "-", root.toString()));
        assertTrue(said().contains("\"sound\" : false") && said().contains("\"position\" : "), said());
        assertTrue(said().contains(file.toString()), said());
    }

    @Test
    @DisplayName("state: at a record the fold of what was there then; of a task its life")
    void state() throws Exception {
        assertEquals(ExitStatus.RIGHT, run("journal", "state", "--at", "7", "--json", "-", root.toString()));
        assertTrue(said().contains("\"locks_held\" : 1"), said());
        assertEquals(ExitStatus.RIGHT, run("journal", "state", "--json", "-", root.toString()));
        assertTrue(said().contains("\"locks_held\" : 0"), said());
        assertEquals(ExitStatus.RIGHT, run("journal", "state", "--task", "0/1", root.toString()));
        assertEquals(5, said().lines().count(), said());
        assertTrue(said().contains("UNLOCKED"), said());
        assertEquals(ExitStatus.FAILED, run("journal", "state", "--task", "0/9", root.toString()));
    }

    @Test
    @DisplayName("replay against the mock: what was stored comes back alike; what was not there is not there")
    void replay() throws Exception {
        assertEquals(ExitStatus.RIGHT, run("journal", "replay", "--against", "mock", "--json", "-", root.toString()));
        assertTrue(said().contains("\"submitted\" : 3") && said().contains("\"compared\" : 3"), said());
        // A mock that holds too little stores nothing, and the lookup misses.
        assertEquals(
                ExitStatus.FAILED,
                run("journal", "replay", "--against", "mock", "--set", "failure_rate=1", root.toString()));
        assertTrue(said().contains("0/0 STORE outcome: recorded SUCCESS, replayed FAILURE"), said());
        assertTrue(said().contains("0/1 LOOKUP"), said());
    }

    @Test
    @DisplayName("replay against pd: its configuration comes with --set; what it must have and does not get is named")
    void replayAgainstPd() {
        List<String> pd = List.of("journal", "replay", "--against", "pd", "--set", "role=sender");
        assertEquals(
                ExitStatus.RIGHT,
                run(with(pd, "--set", "transfer_channel=mock_memory", "--json", "-", root.toString())));
        assertTrue(said().contains("\"differences\" : 0") && said().contains("\"compared\" : 3"), said());
        // A chunk that is longer than what this one takes.
        assertEquals(
                ExitStatus.FAILED,
                run(with(pd, "--set", "transfer_channel=mock_memory", "--set", "max_object_bytes=64", root.toString())));
        assertTrue(said().contains("0/0 STORE submit: recorded accepted, replayed refused: "), said());
        assertEquals(ExitStatus.USAGE, run(with(pd, root.toString())));
        assertEquals(
                ExitStatus.USAGE,
                run(with(pd, "--set", "transfer_channel=mock_memory", "--set", "workers=0", root.toString())));
    }

    private static String[] with(List<String> words, String... more) {
        return Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    @DisplayName("dump: filters by type, kind, task, key, place; export: a file that Perfetto reads")
    void dumpAndExport() throws Exception {
        Path dumped = root.resolve("dump.jsonl");
        String at = root.resolve("mock").toString();
        run("journal", "dump", "--kind", "LOOKUP", "--type", "SUBMITTED,COMPLETED", "--json", dumped.toString(), at);
        assertEquals(4, Files.readAllLines(dumped).size());
        run("journal", "dump", "--task", "0/1", "--json", dumped.toString(), at);
        assertEquals(3, Files.readAllLines(dumped).size());
        run("journal", "dump", "--key", MISSING.get(0).toString(), "--json", dumped.toString(), at);
        assertEquals(1, Files.readAllLines(dumped).size());
        run("journal", "dump", "--from", "2", "--to", "4", "--epoch", "0", "--json", dumped.toString(), at);
        assertEquals(3, Files.readAllLines(dumped).size());
        Path timeline = root.resolve("t.pftrace");
        assertEquals(ExitStatus.RIGHT, run("journal", "export", "--out", timeline.toString(), at));
        byte[] trace = Files.readAllBytes(timeline);
        assertEquals(1 << 3 | 2, ByteBuffer.wrap(trace).get(), "begins with a packet");
        assertTrue(new String(trace, StandardCharsets.ISO_8859_1).contains("LOOKUP not fetched"));
    }

    @Test
    @DisplayName("dump: a long one into a file says how far it has come")
    void dumpProgress() throws Exception {
        try (TaskJournal journal = ChronicleJournals.at(root).open("long")) {
            JournalWriter writer = new JournalWriter(journal, TimeSource.SYSTEM);
            writer.epochReady();
            for (int task = 0; task < 200_000; task++) {
                writer.submitted(task, TaskKind.LOOKUP, MISSING, 0, Optional.empty());
                writer.completed(result(task, TaskKind.LOOKUP, 0, 0), true);
                writer.delivered(task);
            }
            writer.epochEnd();
        }
        String at = root.resolve("long").toString();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setProperty("kvdock.terminal", "true");
        try {
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            String file = root.resolve("long.jsonl").toString();
            assertEquals(ExitStatus.RIGHT, Kvdock.run("journal", "dump", "--json", file, at));
            assertTrue(err.toString(StandardCharsets.UTF_8).contains(" records dumped, file 1 of 1"), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.clearProperty("kvdock.terminal");
            System.setErr(before);
        }
    }
}
