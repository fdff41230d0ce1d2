package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskState;

class OtherProcessTest {
    @TempDir
    Path root;

    @Test
    @DisplayName("case 108: a second process on the same directory is refused, and told who has it")
    void secondProcess() throws Exception {
        try (TaskJournal journal = ChronicleJournals.at(root).open("a");
                Child child = Child.start(WriterProgram.class, root.toString(), "a")) {
            String said = child.line();
            assertTrue(
                    said.startsWith("refused ") && said.endsWith("in process " + ProcessHandle.current().pid()), said);
            assertEquals(0, child.exit());
            assertEquals(0, journal.epoch());
        }
        try (Child child = Child.start(WriterProgram.class, root.toString(), "a")) {
            assertEquals("open 1 0", child.line());
            assertThrows(JournalUnavailableException.class, () -> ChronicleJournals.at(root).open("a"));
            child.askToEnd();
            assertEquals(0, child.exit());
        }
        ChronicleJournals.at(root).open("a").close();
    }

    @Test
    @DisplayName("case 109: reading while another process writes finds whole records only, without a gap")
    void readWhileWritten() throws Exception {
        try (Child child = Child.start(WriterProgram.class, root.toString(), "a")) {
            assertEquals("open 0 0", child.line());
            int before = 0;
            for (int round = 0; round < 20; round++) {
                long acknowledged = Long.parseLong(child.line());
                List<JournalRecord> records = Records.read(root.resolve("a"));
                assertTrue(records.size() >= before && records.size() > acknowledged, records.size() + " records");
                before = records.size();
            }
            child.askToEnd();
            while (child.line() != null) {
                // so that it is not held up by a full pipe
            }
            assertEquals(0, child.exit());
        }
        assertEquals(0, Records.fold(root.resolve("a")).strays());
    }

    @Test
    @DisplayName("case 103: kill -9 loses no acknowledged record, and what was open is abandoned once")
    void killed() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long abandoned = 0;
        for (int kill = 0; kill < 4; kill++) {
            Set<Long> acknowledged = new HashSet<>();
            try (Child child = Child.start(WriterProgram.class, root.toString(), "a")) {
                String opened = child.line();
                assertTrue(opened.startsWith("open " + kill + " "), opened + ", seed " + seed);
                abandoned += Long.parseLong(opened.split(" ")[2]);
                int tasks = 1 + random.nextInt(3000);
                for (String line = child.line(); line != null; line = child.line()) {
                    if (!line.isEmpty()) {
                        acknowledged.add(Long.parseLong(line));
                    }
                    if (acknowledged.size() == tasks) {
                        child.kill();
                    }
                }
                child.exit();
            }
            int epoch = kill;
            Set<Long> submitted = new HashSet<>();
            for (JournalRecord record : Records.read(root.resolve("a"))) {
                if (record instanceof JournalRecord.Submitted task && task.header().epoch() == epoch) {
                    assertTrue(submitted.add(task.taskId()), "twice: " + task + ", seed " + seed);
                }
            }
            assertTrue(submitted.containsAll(acknowledged), "lost a task, seed " + seed);
        }
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            abandoned += journal.recovery().abandoned().size();
        }
        TaskState state = Records.fold(root.resolve("a"));
        assertEquals(abandoned, state.counters().abandoned(), "seed " + seed);
        assertEquals(0, state.strays(), "seed " + seed);
        assertEquals(0, state.openTasks().size(), "seed " + seed);
    }
}
