package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.kvdock.l2.pd.security.KeyMaker;

/**
 * Key files for secured scenarios, made when the first one needs them: a sender and a receiver that know each other, a
 * stranger that knows the receiver and is not known to it, and an impostor that passes for the receiver with a key of its
 * own. Safe for all threads; guarded by its monitor.
 */
final class KeyRing {
    private static final String STRANGER = "stranger";
    private static final int DAYS = 90;

    private final Path directory;
    private boolean made;

    /** @param directory missing; made when it is needed */
    KeyRing(Path directory) {
        this.directory = directory;
    }

    /** @return the value of {@code security_dir} for one of these */
    synchronized String of(String name) throws IOException {
        if (!made) {
            KeyMaker.make(directory, new KeyMaker.Plan(List.of("sender", STRANGER), List.of("receiver", "impostor"), List.of(), DAYS));
            try (Stream<Path> peers = Files.list(directory.resolve("receiver").resolve("peers"))) {
                for (Path file : peers.filter(peer -> peer.getFileName().toString().startsWith(STRANGER)).toList()) {
                    Files.delete(file);
                }
            }
            made = true;
        }
        return directory.resolve(name).toString();
    }
}
