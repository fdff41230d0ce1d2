package org.kvdock.l2.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.kvdock.l2.tck.CaseResult.Outcome;

/**
 * Writes what came of each case of the kit, if {@code -Dkvdock.tck.report=DIR} says where: a file for each class that
 * extends the kit, begun afresh when the class is run. Its first line names the column that {@link CaseTable} makes of
 * it, the class's {@code @DisplayName} or else its name; a {@link CaseResult} in each other line.
 */
public final class CaseReport implements BeforeAllCallback, TestWatcher {
    static final String SUFFIX = ".tsv";
    static final String COLUMN = "# ";

    /** For the test engine. */
    public CaseReport() {}

    @Override
    public void beforeAll(ExtensionContext tests) {
        DisplayName given = tests.getRequiredTestClass().getAnnotation(DisplayName.class);
        String column = given == null ? tests.getRequiredTestClass().getSimpleName() : given.value();
        write(tests, COLUMN + column, StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Override
    public void testSuccessful(ExtensionContext test) {
        write(test, Outcome.PASSED, "");
    }

    @Override
    public void testFailed(ExtensionContext test, Throwable cause) {
        write(test, Outcome.FAILED, String.valueOf(cause.getMessage()));
    }

    @Override
    public void testAborted(ExtensionContext test, Throwable cause) {
        write(test, Outcome.LEFT_OUT, String.valueOf(cause.getMessage()));
    }

    @Override
    public void testDisabled(ExtensionContext test, Optional<String> reason) {
        write(test, Outcome.LEFT_OUT, reason.orElse("disabled"));
    }

    private static void write(ExtensionContext test, Outcome outcome, String why) {
        CaseResult.of(test.getDisplayName(), outcome, why)
                .ifPresent(result -> write(test, result.line(), StandardOpenOption.APPEND));
    }

    private static synchronized void write(ExtensionContext test, String line, StandardOpenOption how) {
        String directory = System.getProperty("kvdock.tck.report", "");
        if (directory.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(Path.of(directory));
            Path file = Path.of(directory, test.getRequiredTestClass().getSimpleName() + SUFFIX);
            Files.writeString(file, line + '\n', StandardOpenOption.WRITE, StandardOpenOption.CREATE, how);
        } catch (IOException e) {
            throw new UncheckedIOException("kvdock.tck.report: cannot write into " + directory, e);
        }
    }
}
