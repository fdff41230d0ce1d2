package org.kvdock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.l2.JournalUnavailableException;

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
        assumeTrue(canMount(), "this system lets nobody mount a tmpfs in a namespace of his own: left out");
        List<String> said = new ArrayList<>();
        try (Child child = Child.start(onTmpfs("size=60m"), FullDiskProgram.class, root.toString(), mode)) {
            for (String line = child.line(); line != null; line = child.line()) {
                said.add(line);
            }
            assertEquals(0, child.exit(), "the JVM is still there: " + said);
        }
        assertTrue(said.contains("ok"), String.join("\n", said));
        System.out.println(mode + ": " + String.join("\n", said));
    }

    @Test
    @DisplayName("case 106: the disk fills and is emptied: submits refused, what follows the accepted kept, then on")
    void reserved() throws Exception {
        run("reserved");
    }

    @Test
    @DisplayName("case 106: even where an append hits a page without room the JVM lives, the gap is told, and it goes on")
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
}
