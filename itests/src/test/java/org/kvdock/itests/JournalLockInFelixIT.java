package org.kvdock.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.journal.chronicle.ChronicleJournals;
import org.kvdock.journal.chronicle.ChronicleRuntime;
import org.kvdock.l2.JournalUnavailableException;
import org.osgi.framework.Bundle;

/** One writer for each journal, while the journal's bundle is updated in place and its class loaders come and go. */
class JournalLockInFelixIT {
    private static final long PATIENCE_SECONDS = 60;
    private static final String REFUSED = "refused";
    private static final String OPEN = "open";

    @TempDir
    private Path directory;

    private Felix felix;
    private Bundle journal;

    @BeforeEach
    void start() throws Exception {
        felix = new Felix(directory.resolve("felix"));
        journal = JournalProgram.install(felix);
    }

    @AfterEach
    void stop() throws Exception {
        felix.stop();
    }

    /** Another process that tries to open the same journal. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) {
            try {
                ChronicleJournals.at(Path.of(arguments[0])).open("a").close();
                System.out.println(OPEN);
            } catch (JournalUnavailableException e) {
                System.out.println(REFUSED + ' ' + e.getMessage());
            }
        }
    }

    private String another() throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ChronicleRuntime.jvmFlags(Runtime.version().feature(), "ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Other.class.getName(), journals().toString()));
        Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = child.inputReader()) {
            String said = out.lines().filter(line -> line.startsWith(REFUSED) || line.startsWith(OPEN)).findFirst().orElse("nothing");
            assertTrue(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the child ends by itself");
            return said;
        } finally {
            child.destroyForcibly();
        }
    }

    private void assertOthersRefused() throws Exception {
        String said = another();
        assertTrue(
                said.startsWith(REFUSED) && said.endsWith("in process " + ProcessHandle.current().pid()), said);
    }

    private Path journals() {
        return directory.resolve("journals");
    }

    private AutoCloseable open() throws Exception {
        return open(journal);
    }

    // Past the service, which would close it with its bundle.
    private AutoCloseable open(Bundle through) throws Exception {
        Class<?> type = through.loadClass(ChronicleJournals.class.getName());
        Object all = type.getMethod("at", Path.class).invoke(null, journals());
        return (AutoCloseable) type.getMethod("open", String.class).invoke(all, "a");
    }

    private String refusal() {
        Throwable cause = assertThrows(InvocationTargetException.class, this::open).getCause();
        assertEquals(JournalUnavailableException.class.getName(), cause.getClass().getName());
        return cause.getMessage();
    }

    private ClassLoader loader() throws ClassNotFoundException {
        return journal.loadClass(ChronicleJournals.class.getName()).getClassLoader();
    }

    @Test
    @DisplayName("case 108: a journal that stays open while its bundle is updated is refused to the new one and, all the while, to other processes")
    void updatedInPlace() throws Exception {
        // Another bundle that uses it: what it is wired to stays when the journal's bundle is updated.
        AutoCloseable first = open(felix.installStranger(directory.resolve("stranger.jar")));
        for (int update = 0; update < 2; update++) {
            ClassLoader before = loader();
            journal.update();
            assertNotSame(before, loader());
            assertTrue(refusal().endsWith("is open for writing in this process"), refusal());
            assertOthersRefused();
        }
        first.close();
        AutoCloseable second = open();
        assertOthersRefused();
        second.close();
        assertEquals(OPEN, another());
    }
}
