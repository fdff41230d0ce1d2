package org.kvdock.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether standard output is a pipe. Where a write to one fails its reader has had enough, as {@code | head} has, and that
 * is no failure; where a write to anything else fails, something that was asked for is lost.
 */
public final class OutputPipe {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private OutputPipe() {}

    /** @return whether standard output is a pipe or a socket */
    public static boolean isStandardOutput() {
        return is(STANDARD_OUTPUT);
    }

    static boolean is(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }
}
