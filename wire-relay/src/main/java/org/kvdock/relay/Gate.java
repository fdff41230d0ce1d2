package org.kvdock.relay;

/** Lets nothing pass while it is shut. Safe for all threads; guarded by its own monitor. */
public final class Gate {
    private boolean shut;

    /** An open gate. */
    public Gate() {}

    /** Whoever comes waits from now on. */
    public synchronized void shut() {
        shut = true;
    }

    /** Whoever waits goes on. */
    public synchronized void open() {
        shut = false;
        notifyAll();
    }

    /** Waits while it is shut. */
    public synchronized void pass() throws InterruptedException {
        while (shut) {
            wait();
        }
    }

    /** @return taps that pass everything through this gate, both ways */
    public Relay.Taps taps() {
        return (connection, toServer) -> (bytes, length, out) -> {
            pass();
            out.write(bytes, 0, length);
        };
    }
}
