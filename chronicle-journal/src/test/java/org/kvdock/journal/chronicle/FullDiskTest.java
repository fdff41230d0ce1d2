package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.TaskJournal;

/** Case 106, on real small disks: a tmpfs in a mount namespace of the child that uses it. */
class FullDiskTest {
    @TempDir
    Path root;

    private List<String> onTmpfs(String options) {
        String mount = "mount -t tmpfs -o " + options + " tmpfs '" + root + "' && exec \"$@\"";
        return List.of("unshare", "-rm", "sh", "-c", mount, "sh");
    }

    private static boolean canMount() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs /tmp")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void run(String mode) throws Exception {
        List<String> said = run("size=60m", List.of(), FullDiskProgram.class, mode);
        assertTrue(said.contains("ok"), String.join("\n", said));
        System.out.println(mode + ": " + String.join("\n", said));
    }

    private List<String> run(String options, List<String> flags, Class<?> program, String... arguments) throws Exception {
        assumeTrue(canMount(), "this system lets nobody mount a tmpfs in a namespace of his own: left out");
        List<String> said = new ArrayList<>();
        List<String> all = new ArrayList<>(List.of(root.toString()));
        all.addAll(List.of(arguments));
        try (Child child = Child.start(onTmpfs(options), flags, program, all.toArray(String[]::new))) {
            for (String line = child.line(); line != null; line = child.line()) {
                said.add(line);
            }
            assertEquals(0, child.exit(), "the JVM is still there: " + said);
        }
        return said;
    }

    @Test
    @DisplayName("case 106: the JVM tells a dropped store late; asked, it tells it at once, however the code was compiled")
    void lateFault() throws Exception {
        for (String flag : List.of("-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-Xint")) {
            assertEquals(
                    List.of("at once 200, late 0, never 0"), run("size=1m", List.of(flag), LateFaultProgram.class), flag);
        }
    }

    @Test
    @DisplayName("case 106: the disk fills and is emptied: submits refused, what follows the accepted kept, then on")
    void reserved() throws Exception {
        run("reserved");
    }

    @Test
    @DisplayName("case 106: where an append hits a page without room it is refused, what was accepted is kept, and on")
    void mapped() throws Exception {
        run("mapped");
    }

    @Test
    @DisplayName("case 106: a directory that cannot be written is refused with its name")
    void readOnly() throws Exception {
        // A file in the place of the directory: refused also to root, whom permissions do not stop.
        Path file = Files.createFile(root.resolve("file"));
        JournalUnavailableException refused = assertThrows(
                JournalUnavailableException.class, () -> ChronicleJournals.at(file).open("a"));
        assertTrue(refused.getMessage().contains("cannot make " + file), refused.getMessage());
        assumeTrue(canMount(), "no read-only mount here: left out");
        Path prepared = Files.createDirectories(root.resolve("ro/a"));
        try (Child child = Child.start(
                List.of("unshare", "-rm", "sh", "-c", "mount -t tmpfs -o ro tmpfs '" + prepared + "' && exec \"$@\"", "sh"),
                WriterProgram.class,
                prepared.getParent().toString(),
                "a")) {
            String said = child.line();
            assertTrue(said.startsWith("refused journal a: ") && said.contains("Read-only"), said);
            assertEquals(0, child.exit());
        }
    }

    @Test
    @DisplayName("case 106: a journal with another user's file in it, which may not be read, is refused by that file's name")
    void notReadable() throws Exception {
        assumeTrue(canMount(), "no user namespace here: left out");
        Path file;
        try (TaskJournal journal = ChronicleJournals.at(root).open("a")) {
            Records.submit(Records.writer(journal), 0, TaskKind.LOOKUP, 1);
            file = JournalDirectory.at(root.resolve("a")).queueFiles().get(0);
        }
        try {
            // In a namespace that knows root alone even root is refused what is somebody else's.
            Files.setAttribute(file, "unix:uid", 12345);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            assumeTrue(false, "only root can give files away: left out");
        }
        try (Child child = Child.start(List.of("unshare", "-r"), WriterProgram.class, root.toString(), "a")) {
            String said = child.line();
            assertTrue(said.startsWith("refused journal a: ") && said.contains(file.getFileName().toString()), said);
            assertEquals(0, child.exit());
        }
        // Given back, everything is there.
        Files.setAttribute(file, "unix:uid", 0);
        assertEquals(1, Records.fold(root.resolve("a")).counters().submitted());
    }
}
