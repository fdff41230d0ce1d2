package org.kvdock.l2.pd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that runs a test program to its end. */
public final class ChildJvm {
    private static final long SECONDS = 120;

    private ChildJvm() {}

    /**
     * @param before what comes before the java command, a shell that sets a limit for instance
     * @return the program's exit status
     */
    public static int run(List<String> before, Class<?> program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx200m", "-cp",
                System.getProperty("java.class.path").replace("\n", File.pathSeparator), program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "it does not end");
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
