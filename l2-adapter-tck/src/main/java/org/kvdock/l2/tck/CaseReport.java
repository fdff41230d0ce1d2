package org.kvdock.l2.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes one line for each case of the kit, if {@code -Dkvdock.tck.report=DIR} says where: the case and what came of it,
 * separated by a tab, in a file named after the vendor's class.
 */
public final class CaseReport implements TestWatcher {
    /** For the test engine. */
    public CaseReport() {}

    @Override
    public void testSuccessful(ExtensionContext test) {
        write(test, "passed");
    }

    @Override
    public void testFailed(ExtensionContext test, Throwable cause) {
        write(test, "FAILED: " + cause.getMessage());
    }

    @Override
    public void testAborted(ExtensionContext test, Throwable cause) {
        write(test, "skipped: " + cause.getMessage());
    }

    @Override
    public void testDisabled(ExtensionContext test, Optional<String> reason) {
        write(test, "skipped: " + reason.orElse("disabled"));
    }

    private static synchronized void write(ExtensionContext test, String outcome) {
        String directory = System.getProperty("kvdock.tck.report", "");
        if (directory.isEmpty()) {
            return;
        }
        String line = test.getDisplayName() + '\t' + outcome.replaceAll("\\s+", " ") + '\n';
        try {
            Files.createDirectories(Path.of(directory));
            Files.writeString(
                    Path.of(directory, test.getRequiredTestClass().getSimpleName() + ".tsv"), line,
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("kvdock.tck.report: cannot write into " + directory, e);
        }
    }
}
