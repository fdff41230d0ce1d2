package org.kvdock.cli.replay;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.kvdock.cli.component.Event;
import org.kvdock.host.HostStatus;
import org.kvdock.host.StorageManager;
import org.kvdock.l2.L2Adapter;

/** Says that a host has nothing left to do, and what its L1 holds then. */
final class IdleReport {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private IdleReport() {}

    static void send(StorageManager storage, List<L2Adapter> adapters, Consumer<String> report) {
        boolean idle = storage.awaitIdle(PATIENCE);
        HostStatus.L1 l1 = storage.status().l1();
        Event event = new Event("idle")
                .with("busy", idle ? 0 : 1)
                .with("l1_objects", l1.objects())
                .with("l1_evictions", l1.evictions())
                .with("l1_memory_bytes", l1.memoryBytes())
                .with("l1_memory_refused", l1.memoryRefused())
                .with("l1_read_locks", l1.readLocks())
                .with("l1_pins", l1.pins())
                .with("channel", adapters.stream()
                        .map(adapter -> adapter.status().details().get("channel"))
                        .filter(Objects::nonNull)
                        .distinct()
                        .collect(Collectors.joining(", ")));
        report.accept(event.line());
    }
}
