package org.kvdock.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** TCP sockets that processes of this machine listen on, as Linux tells them. */
final class Listeners {
    private static final String LISTENING = "0A";
    /** 127.0.0.1 among IPv4 addresses and among IPv6 ones, and ::1, as they stand in /proc. */
    private static final Set<String> LOOPBACK =
            Set.of("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000");

    private Listeners() {}

    /** @return addresses and ports of the process's listening sockets that others than this machine can reach, in hex */
    static List<String> beyondLoopback(long pid) throws IOException {
        Path process = Path.of("/proc/" + pid);
        Set<String> own;
        try (Stream<Path> fds = Files.list(process.resolve("fd"))) {
            own = fds.map(Listeners::target).collect(Collectors.toSet());
        }
        return Stream.concat(lines(process.resolve("net/tcp")), lines(process.resolve("net/tcp6")))
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns[3].equals(LISTENING) && own.contains("socket:[" + columns[9] + "]"))
                .map(columns -> columns[1])
                .filter(address -> !LOOPBACK.contains(address.substring(0, address.indexOf(':'))))
                .toList();
    }

    private static Stream<String> lines(Path table) throws IOException {
        return Files.readAllLines(table).stream().skip(1);
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            // Closed since it was listed.
            return "";
        }
    }
}
