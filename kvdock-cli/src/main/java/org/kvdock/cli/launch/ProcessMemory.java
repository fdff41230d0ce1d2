package org.kvdock.cli.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the system says about processes' and the machine's memory. */
public final class ProcessMemory {
    private ProcessMemory() {}

    /**
     * @param pid a running process
     * @return the most memory it has had at one time (VmHWM), shared pages counted whole; empty if it cannot be read
     */
    public static OptionalLong peakBytes(long pid) {
        return field(Path.of("/proc", Long.toString(pid), "status"), "VmHWM:");
    }

    /** @return memory that can be had without swapping; empty if it cannot be read */
    public static OptionalLong availableBytes() {
        return field(Path.of("/proc/meminfo"), "MemAvailable:");
    }

    // Lines such as "VmHWM:     1234 kB".
    private static OptionalLong field(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    String[] words = line.substring(name.length()).strip().split("\\s+");
                    return OptionalLong.of(Long.parseLong(words[0]) * 1024);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not there, not readable or not of that form: all the same to whoever asks.
        }
        return OptionalLong.empty();
    }
}
