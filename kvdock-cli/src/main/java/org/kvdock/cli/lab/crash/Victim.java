package org.kvdock.cli.lab.crash;

import java.io.IOException;

/** A process that is there to be killed. For one thread, but for {@link #close}. */
interface Victim extends AutoCloseable {
    /**
     * Kills it with SIGKILL and waits for its end.
     *
     * @return all that it has said
     * @throws IOException if that cannot be read
     */
    Life kill() throws IOException, InterruptedException;

    /** @return its exit status; 137 if it was killed. After {@link #kill}. */
    int exit();

    /** @return the end of what it has printed beside its diary */
    String log();

    /** Ends it if it runs; from any thread. */
    @Override
    void close();
}
