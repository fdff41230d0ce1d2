package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kvdock.cli.lab.swap.SwapCampaign;
import org.kvdock.cli.launch.ChildHost;
import org.kvdock.cli.launch.Distribution;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.journal.chronicle.read.JournalDirectory;
import org.kvdock.journal.chronicle.read.JournalFold;
import org.kvdock.journal.chronicle.read.JournalInfo;

/** A whole framework is killed under load and started again over the same journals. */
class HostCrashIT {
    private static final long SECONDS = 120;

    @TempDir
    Path directory;

    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    private final class Running implements AutoCloseable {
        final BlockingQueue<HostEvent> events = new LinkedBlockingQueue<>();
        final ChildHost host;

        Running(String name, int swaps) throws IOException {
            host = ChildHost.start(name, Distribution.own(), directory.resolve(name), Map.of(
                    "org.kvdock.journal.chronicle", Map.of("root", directory.resolve("journals").toString()),
                    "org.kvdock.host", Map.of("l1_max_objects", 1000),
                    SwapCampaign.PID, Map.of("swaps", swaps, "threads", 8, "seed", 11)),
                    512L << 20, this::report, line -> log.add(name + ": " + line));
        }

        private void report(String line) {
            try {
                events.add(HostEvent.parse(line));
            } catch (IOException e) {
                log.add("no event: " + line);
            }
        }

        HostEvent await(String name) throws InterruptedException {
            for (;;) {
                HostEvent event = events.poll(SECONDS, TimeUnit.SECONDS);
                assertNotNull(event, "no event " + name + " in " + SECONDS + " s; " + log);
                assertTrue(!event.name().equals("broken") && !event.name().equals("failed"), event + " " + log);
                if (event.name().equals(name)) {
                    return event;
                }
            }
        }

        @Override
        public void close() {
            host.close();
        }
    }

    private List<JournalInfo> journals() throws IOException {
        List<JournalInfo> all = new java.util.ArrayList<>();
        for (JournalDirectory journal : JournalDirectory.find(directory.resolve("journals"))) {
            all.add(JournalInfo.of(JournalFold.of(journal, JournalFold.Limit.NONE, JournalFold.Progress.NONE)));
        }
        return all;
    }

    @Test
    @DisplayName("case 104: a framework killed under load comes back: open tasks are abandoned once, locks end, adapters work")
    void killed() throws Exception {
        try (Running first = new Running("first", 1000)) {
            first.await("swapped");
            first.await("swapped");
            ProcessHandle child = ProcessHandle.current().children()
                    .filter(process -> process.info().commandLine().orElse("").contains(directory.toString()))
                    .findFirst()
                    .orElseThrow();
            child.destroyForcibly();
            child.onExit().get(SECONDS, TimeUnit.SECONDS);
        }
        List<JournalInfo> crashed = journals();
        assertEquals(List.of("a", "b"), crashed.stream().map(JournalInfo::name).sorted().toList());
        long submitted = JournalInfo.sum(crashed).submitted();
        long open = JournalInfo.sum(crashed).openTasks();
        long abandonedBefore = JournalInfo.sum(crashed).abandoned();
        assertTrue(submitted > 0);

        HostEvent done;
        try (Running second = new Running("second", 2)) {
            done = second.await("done");
            assertEquals(0, second.host.stop());
        }
        assertEquals(0, done.number("unanswered"));
        assertEquals(0, done.number("damaged"));
        assertEquals(done.number("tasks_accepted"), done.number("tasks_completed"));
        assertTrue(done.number("blocks_read") > 0);
        JournalInfo after = JournalInfo.sum(journals());
        assertEquals(open, after.abandoned() - abandonedBefore, "what was open is abandoned, once");
        assertEquals(submitted + done.number("tasks_accepted"), after.submitted());
        assertEquals(after.submitted(), after.completed() + after.abandoned());
        assertEquals(0, after.openTasks());
        assertEquals(0, after.locksHeld());
        assertEquals(0, after.strays());
        assertEquals(0, after.damageCount());
    }
}
