package org.kvdock.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.kvdock.cli.Kvdock;
import org.kvdock.cli.launch.ProcessMemory;

/** A command of {@code ./kvdock} in a process of its own, which tells at its end how much memory it had. */
final class ToolProgram {
    private ToolProgram() {}

    /** @param arguments file for the most bytes that were resident at a time, then the command's arguments */
    public static void main(String[] arguments) throws IOException {
        int status = Kvdock.run(Arrays.copyOfRange(arguments, 1, arguments.length));
        Files.writeString(Path.of(arguments[0]), Long.toString(ProcessMemory.peakBytes(ProcessHandle.current().pid()).orElseThrow()));
        System.exit(status);
    }
}
