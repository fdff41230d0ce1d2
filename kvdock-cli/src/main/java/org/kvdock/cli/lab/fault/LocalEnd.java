package org.kvdock.cli.lab.fault;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.kvdock.cli.lab.fault.child.Actor;

/** An end in this process. */
final class LocalEnd extends End {
    private final ExecutorService orders = Executors.newSingleThreadExecutor(run -> {
        Thread thread = new Thread(run, "kvdock-actor");
        thread.setDaemon(true);
        return thread;
    });
    private final Actor actor;

    LocalEnd(Side side, String name, Path journals, Map<String, String> configuration) {
        super(side, name);
        actor = Actor.open(name, journals, configuration, this::heard);
    }

    @Override
    void send(String line) {
        try {
            orders.execute(() -> actor.obey(line));
        } catch (RejectedExecutionException e) {
            // It is closed; nobody will be answered.
        }
    }

    @Override
    public void close() {
        orders.shutdown();
        actor.close();
        ended();
    }

    @Override
    void abort() {
        close();
    }
}
