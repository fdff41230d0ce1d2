package org.kvdock.l2.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.event.EventFd;

/** The three eventfds (R5). */
public interface EventFdCases extends KitCases {
    /** As Linux prints them in fdinfo, in octal. */
    int O_NONBLOCK = 04000;
    /** As Linux prints it in fdinfo, in octal. */
    int O_CLOEXEC = 02000000;

    @Test
    @DisplayName("case 1: three valid, distinct eventfds, stable, and distinct across two adapters")
    default void distinct() {
        Set<Integer> seen = new HashSet<>();
        int expected = 0;
        for (KitBench.Run run : List.of(bench().open(), bench().open())) {
            for (Caller caller : run.callers()) {
                for (TaskKind kind : TaskKind.values()) {
                    EventFd fd = caller.adapter().eventFd(kind);
                    assertTrue(fd.isOpen() && fd.fd() >= 0, kind + ": " + fd);
                    assertTrue(seen.add(fd.fd()), kind + " shares " + fd);
                    assertSame(fd, caller.adapter().eventFd(kind));
                    expected++;
                }
            }
        }
        assertEquals(expected, seen.size());
    }

    @Test
    @DisplayName("case 2: eventfds are non-blocking and close-on-exec")
    default void flags() throws IOException {
        for (Caller caller : bench().open().callers()) {
            for (TaskKind kind : TaskKind.values()) {
                Path info = Path.of("/proc/self/fdinfo/" + caller.adapter().eventFd(kind).fd());
                int flags = Files.readAllLines(info).stream()
                        .filter(line -> line.startsWith("flags:"))
                        .mapToInt(line -> Integer.parseInt(line.substring(6).strip(), 8))
                        .sum();
                assertEquals(O_NONBLOCK | O_CLOEXEC, flags & (O_NONBLOCK | O_CLOEXEC), kind.name());
            }
        }
    }

    @Test
    @DisplayName("case 3: each kind signals only its own eventfd")
    default void ownEventFd() {
        for (TaskKind kind : TaskKind.values()) {
            for (Caller caller : bench().open().callers()) {
                List<ObjectKey> keys = Chunks.keys("c3", 1);
                caller.await(kind, KitBench.Run.submit(caller.adapter(), kind, keys, Chunks.buffers(keys, 64)));
                caller.awaitSignals(kind, 1);
                for (TaskKind other : TaskKind.values()) {
                    assertEquals(other == kind ? 1 : 0, caller.signalled(other), other + " after one " + kind);
                }
            }
        }
    }

    @Test
    @DisplayName("case 4: three submits may share one wake-up; popping until nothing is left gets all")
    default void sharedWakeUp() {
        KitBench.Run run = bench().open();
        Caller caller = run.caller(TaskKind.STORE);
        Set<Long> waiting = new HashSet<>();
        for (ObjectKey key : Chunks.keys("c4", 3)) {
            waiting.add(run.submit(TaskKind.STORE, List.of(key), List.of(Chunks.buffer(key, 64))));
        }
        caller.awaitUntil("three stores", () -> {
            waiting.removeAll(caller.adapter().popCompletedStoreTasks().keySet());
            return waiting.isEmpty();
        });
    }

    @Test
    @DisplayName("case 5: the values read from an eventfd add up to the completions of its kind")
    default void exactCounter() {
        int tasks = 300;
        for (TaskKind kind : TaskKind.values()) {
            Caller caller = bench().open().caller(kind);
            List<Long> ids = new ArrayList<>();
            for (ObjectKey key : Chunks.keys("c5", tasks)) {
                ids.add(KitBench.Run.submit(caller.adapter(), kind, List.of(key), List.of(Chunks.buffer(key, 64))));
            }
            ids.forEach(id -> caller.await(kind, id));
            caller.awaitSignals(kind, tasks);
        }
    }
}
