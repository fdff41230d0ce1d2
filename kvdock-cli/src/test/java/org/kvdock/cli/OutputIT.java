package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kvdock.journal.chronicle.ChronicleJournals;

/** {@code ./kvdock} with a standard output that takes nothing. */
class OutputIT {
    private static final long SECONDS = 60;

    @TempDir
    Path directory;

    @BeforeEach
    void writeAJournal() {
        try (ChronicleJournals journals = ChronicleJournals.at(directory.resolve("journals"))) {
            journals.open("one").close();
        }
    }

    /** @return the exit status, and what it said on standard error */
    private List<String> run(String arguments, String redirection) throws IOException, InterruptedException {
        List<String> words = List.of(arguments.replace("DIR", directory.resolve("journals").toString()).split(" "));
        ProcessBuilder builder = Script.builder(directory, words);
        List<String> shell = new ArrayList<>(List.of("bash", "-c", "\"$0\" \"$@\" " + redirection));
        shell.addAll(builder.command());
        Path errors = directory.resolve("errors.txt");
        Process process = builder.command(shell).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), arguments);
        List<String> said = new ArrayList<>(List.of(Integer.toString(process.exitValue())));
        said.addAll(Files.readAllLines(errors));
        return said;
    }

    @ParameterizedTest
    @DisplayName("what cannot be written to a full disk is told in one line, with status 1")
    @ValueSource(strings = {"journal info DIR", "journal verify DIR", "journal state DIR", "--help"})
    void full(String arguments) throws Exception {
        assertEquals(List.of("1", "kvdock: standard output cannot be written"), run(arguments, "> /dev/full"));
    }

    @ParameterizedTest
    @DisplayName("a dump that a full disk does not take is told in one line, with status 1")
    @ValueSource(strings = {"journal dump DIR", "journal dump --json - DIR", "journal info --json - DIR"})
    void fullDump(String arguments) throws Exception {
        List<String> said = run(arguments, "> /dev/full");
        assertEquals(2, said.size(), said.toString());
        assertEquals("1", said.get(0));
        assertTrue(said.get(1).startsWith("kvdock: standard output"), said.get(1));
    }

    @ParameterizedTest
    @DisplayName("a reader that has had enough is no failure")
    @ValueSource(strings = {"journal info DIR", "journal dump DIR", "--help"})
    void readerGone(String arguments) throws Exception {
        assertEquals(List.of("0"), run(arguments, "| true; exit ${PIPESTATUS[0]}"));
    }

    @Test
    @DisplayName("a closed standard output is nobody's: what is printed goes into no file that was opened")
    void closed() throws Exception {
        assertEquals(List.of("0"), run("journal info DIR", ">&-"));
        assertEquals(List.of("0"), run("journal verify DIR", "<&- >&- 2>&-"));
        assertEquals(List.of("0"), run("journal verify DIR", "> /dev/null"));
    }
}
