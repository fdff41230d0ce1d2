package org.kvdock.cli.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

/** A host in this process, with a console on standard input. */
public final class ConsoleHost {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
    /** How often the host is asked whether a component has failed: not every failure is signalled. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private ConsoleHost() {}

    /**
     * Runs until the console or a signal ends it.
     *
     * @param distribution its jars
     * @param configurations values by key by PID
     * @return whether it stopped in time
     */
    public static boolean run(Distribution distribution, Map<String, Map<String, Object>> configurations) throws Exception {
        RunDirectory directory = RunDirectory.open();
        Channels channels = new Channels(
                () -> configurations, ConsoleHost::tell, new LinkedBlockingQueue<String>()::take);
        AtomicReference<EmbeddedHost> host = new AtomicReference<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            EmbeddedHost running = host.get();
            if (running != null) {
                running.stop(STOP_WITHIN);
            }
            directory.close();
        }, "kvdock-shutdown"));
        host.set(EmbeddedHost.start(distribution, true, directory.path().resolve("framework"), channels));
        while (!host.get().awaitStopped(LOOK)) {
            host.get().diagnosis();
        }
        return host.get().stop(STOP_WITHIN);
    }

    private static void tell(String line) {
        try {
            HostEvent event = HostEvent.parse(line);
            System.err.println(event.name().equals("failed")
                    ? "kvdock: " + event.text("component") + " failed: " + event.text("why")
                    : line);
        } catch (IOException e) {
            System.err.println(line);
        }
    }
}
