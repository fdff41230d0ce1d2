package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.Damage;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalReader;
import org.kvdock.journal.chronicle.read.Position;
import org.kvdock.journal.chronicle.read.RecordJson;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;

/** Case 105: whatever happens to a file, it is told with its place, and what stands elsewhere is still read. */
class DamageTest {
    @TempDir
    Path root;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private JournalDirectory journal;
    private Map<Long, String> written;
    private Map<Long, Position> places;
    private Map<Path, byte[]> files;

    /** Three epochs, the middle one as if killed. */
    @BeforeEach
    void write() throws Exception {
        journal = JournalDirectory.at(root.resolve("a"));
        for (int epoch = 0; epoch < 3; epoch++) {
            try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
                JournalWriter writer = Records.writer(open);
                for (int task = 0; task < 60; task++) {
                    Records.submit(writer, task, TaskKind.LOOKUP, 1 + task % 7);
                    Records.complete(writer, task, TaskKind.LOOKUP, 1 + task % 7);
                }
                if (epoch != 1) {
                    writer.epochEnd();
                }
            }
        }
        written = new HashMap<>();
        places = new HashMap<>();
        try (JournalReader reader = JournalReader.open(journal)) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                written.put(record.header().sequence(), RecordJson.line(record));
                places.put(record.header().sequence(), reader.position());
            }
            assertEquals(List.of(), reader.damages());
        }
        files = new HashMap<>();
        for (Path file : journal.queueFiles()) {
            files.put(file, Files.readAllBytes(file));
        }
        assertEquals(3, files.size());
    }

    private record Reading(Map<Long, String> records, List<Damage> damages) {}

    /** Reads all; a record that was never written, or twice, is an error whatever was damaged. */
    private Reading read(String what) throws IOException {
        Map<Long, String> records = new HashMap<>();
        try (JournalReader reader = JournalReader.open(journal)) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                long sequence = record.header().sequence();
                assertEquals(written.get(sequence), RecordJson.line(record), what);
                assertEquals(null, records.put(sequence, ""), what + ": record " + sequence + " twice");
            }
            return new Reading(records, List.copyOf(reader.damages()));
        }
    }

    /** Damages a file, checks, and puts it back. */
    private void with(String name, Path file, byte[] content, long from, long to) throws IOException {
        String what = name + " of " + journal.path().relativize(file) + " from " + from + " to " + to + ", seed " + seed;
        Files.write(file, content);
        Reading reading = read(what);
        if (reading.records().size() < written.size()) {
            assertTrue(!reading.damages().isEmpty(), "silent gap: " + what);
        }
        for (Map.Entry<Long, Position> place : places.entrySet()) {
            Position at = place.getValue();
            boolean touched = at.file().equals(file) && at.offset() < to && endOf(place.getKey()) > from;
            if (!touched && !reading.records().containsKey(place.getKey())) {
                throw new AssertionError("record " + place.getKey() + " at " + at + " not read: " + what);
            }
        }
        for (Damage damage : reading.damages()) {
            assertTrue(damage.position() >= 0 && !damage.what().isEmpty(), damage + ": " + what);
        }
        Files.write(file, files.get(file));
    }

    private long endOf(long sequence) {
        Position at = places.get(sequence);
        Position next = places.get(sequence + 1);
        return next != null && next.file().equals(at.file()) ? next.offset() : files.get(at.file()).length;
    }

    private long firstRecord(Path file) {
        return places.values().stream()
                .filter(place -> place.file().equals(file))
                .mapToLong(Position::offset)
                .min()
                .orElseThrow();
    }

    @Test
    @DisplayName("case 105: files cut at any place")
    void truncated() throws Exception {
        for (Path file : files.keySet()) {
            int length = files.get(file).length;
            long first = firstRecord(file);
            for (int round = 0; round < 60; round++) {
                int cut = round == 0 ? 0 : round < 10 ? random.nextInt((int) first) : (int) first + random.nextInt((int) (length - first));
                with("cut", file, Arrays.copyOf(files.get(file), cut), cut, length);
            }
            // Exactly between two records, where no half record gives it away.
            for (Position place : places.values()) {
                if (place.file().equals(file) && random.nextInt(20) == 0) {
                    int cut = (int) place.offset();
                    with("cut", file, Arrays.copyOf(files.get(file), cut), cut, length);
                }
            }
        }
    }

    @Test
    @DisplayName("case 103: what a writer had begun to append when it was killed is no damage, and opening clears it away")
    void tornAppend() throws Exception {
        Path last = journal.queueFiles().get(2);
        byte[] good = files.get(last);
        // The queue copies the record first and puts the header before it last.
        byte[] record = Arrays.copyOfRange(good, (int) firstRecord(last) + 4, (int) firstRecord(last) + 84);
        for (int copied = 1; copied <= record.length; copied++) {
            byte[] torn = Arrays.copyOf(good, good.length + (1 << 16));
            System.arraycopy(record, 0, torn, good.length + 4, copied);
            Files.write(last, torn);
            Reading reading = read("torn after " + copied + " bytes");
            assertEquals(written.keySet(), reading.records().keySet());
            assertEquals(List.of(), reading.damages(), "torn after " + copied + " bytes");
        }
        try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
            assertEquals(3, open.epoch());
        }
        assertEquals(good.length, Files.size(last));
    }

    @Test
    @DisplayName("case 105: stretches of zeros and of garbage, as long as a sector, a page, a file")
    void overwritten() throws Exception {
        for (Path file : files.keySet()) {
            byte[] good = files.get(file);
            long first = firstRecord(file);
            for (int round = 0; round < 60; round++) {
                int length = new int[] {4, 512, 4096, good.length}[round % 4];
                int from = round % 3 == 0 ? random.nextInt(good.length) : (int) (first + random.nextInt((int) (good.length - first)));
                from = length == good.length ? 0 : from;
                int to = Math.min(good.length, from + length);
                byte[] bad = good.clone();
                byte[] garbage = new byte[to - from];
                if (round % 2 == 0) {
                    random.nextBytes(garbage);
                }
                System.arraycopy(garbage, 0, bad, from, garbage.length);
                with(round % 2 == 0 ? "garbage" : "zeros", file, bad, from, to);
            }
        }
    }

    @Test
    @DisplayName("case 105: single bits flipped")
    void flipped() throws Exception {
        for (Path file : files.keySet()) {
            byte[] good = files.get(file);
            long first = firstRecord(file);
            for (int round = 0; round < 300; round++) {
                int at = (int) (first + random.nextInt((int) (good.length - first)));
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << random.nextInt(8));
                with("bit", file, bad, at, at + 1);
            }
        }
    }

    @Test
    @DisplayName("case 105: a file that is gone is missed, wherever it was")
    void deleted() throws Exception {
        for (Path file : files.keySet()) {
            Files.delete(file);
            Reading reading = read("deleted " + file);
            assertTrue(!reading.damages().isEmpty(), "silent gap without " + file);
            Files.write(file, files.get(file));
        }
    }

    @Test
    @DisplayName("case 105: garbage files beside the journal's own disturb nobody")
    void garbageFiles() throws Exception {
        byte[] garbage = new byte[10_000];
        random.nextBytes(garbage);
        for (String name : List.of(
                "checkpoint-9999999999999999.kvc", "checkpoint-x.kvc", "epoch-x", "notes.txt", "core",
                "epoch-000000000001/part-000000/metadata.cq4t", "epoch-000000000001/part-000000/x.cq4t", "epoch-000000000001/y")) {
            Files.write(root.resolve("a").resolve(name), garbage);
        }
        Files.createDirectory(root.resolve("a/part-000000"));
        Files.createDirectory(root.resolve("a/epoch-000000000777"));
        Reading reading = read("garbage files, seed " + seed);
        assertEquals(written.keySet(), reading.records().keySet());
        assertEquals(
                List.of("checkpoint: not a checkpoint of version 1"),
                reading.damages().stream().map(Damage::what).toList());
        try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
            assertEquals(778, open.epoch());
        }
        // Opening clears away checkpoints that cannot be.
        assertEquals(written.size() + 1L, Records.fold(root.resolve("a")).counters().records());
    }

    @Test
    @DisplayName("case 105: a damaged journal opens for writing, goes on with new numbers, and keeps telling the damage")
    void opensAllTheSame() throws Exception {
        List<Path> ordered = new ArrayList<>(journal.queueFiles());
        Path last = ordered.get(2);
        byte[] bad = Arrays.copyOf(files.get(last), (int) firstRecord(last) + 2000);
        bad[(int) firstRecord(last) + 500] ^= 1;
        Files.write(last, bad);
        long before = read("before").records().size();
        try (TaskJournal open = ChronicleJournals.at(root).open("a")) {
            assertEquals(3, open.epoch());
            Records.submit(Records.writer(open), 0, TaskKind.STORE, 1);
        }
        List<Damage> damages;
        long records = 0;
        long newest = -1;
        try (JournalReader reader = JournalReader.open(journal)) {
            for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
                records++;
                assertTrue(record.header().sequence() > newest, record + ", seed " + seed);
                newest = record.header().sequence();
            }
            damages = List.copyOf(reader.damages());
        }
        assertTrue(records >= before + 2, records + " of " + before);
        assertTrue(newest > written.keySet().stream().mapToLong(Long::longValue).max().orElseThrow(), "numbers came again");
        assertTrue(damages.stream().anyMatch(damage -> damage.file().equals(last)), damages.toString());
        assertTrue(damages.stream().anyMatch(damage -> damage.what().contains("are missing")), damages.toString());
    }
}
