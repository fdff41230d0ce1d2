package org.kvdock.cli.lab.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.cli.lab.crash.Findings.Kind;
import org.kvdock.cli.lab.crash.child.LabKeys;
import org.kvdock.cli.launch.Directories;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TimeSource;

/** What a campaign sees of the files of a journal. */
class JournalCheckTest {
    private static final int TASKS = 100;

    @TempDir
    Path root;

    private final Findings findings = new Findings("test");
    private JournalCheck check;

    @BeforeEach
    void begin() {
        check = new JournalCheck(JournalDirectory.at(root.resolve("lab")), findings);
    }

    private void epoch() {
        try (TaskJournal journal = ChronicleJournals.at(root).open("lab")) {
            JournalWriter writer = new JournalWriter(journal, TimeSource.SYSTEM);
            writer.epochReady();
            for (long id = 0; id < TASKS; id++) {
                writer.submitted(id, TaskKind.LOOKUP, LabKeys.keys(List.of((int) id)), 0, Optional.empty());
            }
        }
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".cq4")).sorted().findFirst().orElseThrow();
        }
    }

    @Test
    @DisplayName("case 104: a journal of no record, of one epoch and of three: nothing is found")
    void sound() throws IOException {
        check.read();
        for (int epoch = 1; epoch <= 3; epoch++) {
            epoch();
            check.read();
            assertEquals(List.of(), findings.texts());
            assertEquals(epoch, check.books().epochs().size());
            assertEquals(TASKS, check.books().open().size());
        }
    }

    @Test
    @DisplayName("records that were there and are gone are found")
    void gone() throws IOException {
        epoch();
        check.read();
        try (FileChannel file = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        check.read();
        assertTrue(findings.count(Kind.LOST) > 0, findings.texts().toString());
    }

    @Test
    @DisplayName("a journal that is gone as a whole is found")
    void allGone() throws IOException {
        epoch();
        check.read();
        Directories.remove(root.resolve("lab"));
        check.read();
        assertEquals(1, findings.count(Kind.LOST), findings.texts().toString());
    }

    @Test
    @DisplayName("case 105: a byte that was changed is found")
    void damaged() throws IOException {
        epoch();
        check.read();
        byte[] bytes = Files.readAllBytes(file());
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).lastIndexOf("lab");
        bytes[at] ^= 1;
        Files.write(file(), bytes);
        check.read();
        assertTrue(findings.count(Kind.LOST) > 0, findings.texts().toString());
    }

    @Test
    @DisplayName("a record that was another one before is found, however sound it is")
    void rewritten() throws IOException {
        epoch();
        check.read();
        Directories.remove(root.resolve("lab"));
        epoch();
        check.read();
        assertTrue(findings.count(Kind.FOLD) > 0, findings.texts().toString());
        assertEquals(0, findings.count(Kind.LOST), findings.texts().toString());
    }
}
