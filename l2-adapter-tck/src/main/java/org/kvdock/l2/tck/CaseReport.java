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
        // Where the class itself is left out after this, it has no column, rather than one with nothing in it.
        file(tests).ifPresent(file -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException("kvdock.tck.report: cannot write " + file, e);
            }
        });
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
                .ifPresent(result -> file(test).ifPresent(file -> write(file, column(test), result)));
    }

    private static Optional<Path> file(ExtensionContext tests) {
        String directory = System.getProperty("kvdock.tck.report", "");
        return directory.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(directory, tests.getRequiredTestClass().getSimpleName() + SUFFIX));
    }

    private static String column(ExtensionContext tests) {
        DisplayName given = tests.getRequiredTestClass().getAnnotation(DisplayName.class);
        return given == null ? tests.getRequiredTestClass().getSimpleName() : given.value();
    }

    private static synchronized void write(Path file, String column, CaseResult result) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            String head = Files.exists(file) ? "" : COLUMN + column + '\n';
            Files.writeString(
                    file, head + result.line() + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("kvdock.tck.report: cannot write " + file, e);
        }
    }
}
