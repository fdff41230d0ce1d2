package org.kvdock.l2.event;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A Linux eventfd: a counter in the kernel that a poller can wait on. Non-blocking and close-on-exec (R5).
 *
 * <p>The counter is exact: the values that {@link #read} returns add up to the counts that were given to
 * {@link #signal}, as long as fewer than 2<sup>63</sup> are unread at any time.
 *
 * <p><b>Threads.</b> Any thread may call any method at any time, and none blocks. A call that comes after
 * {@link #close}, or races with it, does its work or does nothing; it never touches a file that has been given the same
 * number since.
 */
public final class EventFd implements AutoCloseable {

    private final int fd;
    private final GuardedHandle handle;

    /** The poller that waits on this eventfd; null: none. Set and cleared under that poller's lock. */
    final AtomicReference<EventPoller> poller = new AtomicReference<>();
    /** The registration's name in {@link #poller}; guarded by that poller's lock. */
    long token;

    private EventFd(int fd) {
        this.fd = fd;
        this.handle = new GuardedHandle(() -> Native.closeFd(fd));
    }

    /**
     * Makes a new eventfd; its counter is 0.
     *
     * @return an open eventfd, to be closed by the caller
     * @throws NativeUnavailableException if there is no native library for this platform
     * @throws EventFdException           if the system refuses, for example for lack of file descriptors
     */
    public static EventFd create() {
        Native.require();
        return new EventFd(Native.check("eventfd", Native.eventfdCreate()));
    }

    /**
     * Returns the number of the file descriptor, for display and for pollers of a host's own. It stays the same until
     * {@link #close}; a poller of a host's own must have let go of it by then.
     *
     * @return the number, or -1 once closed
     */
    public int fd() {
        return handle.isOpen() ? fd : -1;
    }

    /**
     * Adds to the counter, and so makes the eventfd readable. Does nothing once closed.
     *
     * @param count how much to add, at least 1
     * @throws IllegalArgumentException if {@code count} is less than 1
     * @throws EventFdException         if the counter cannot hold it
     */
    public void signal(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, not " + count);
        }
        if (handle.enter()) {
            try {
                Native.check("write to eventfd", Native.eventfdWrite(fd, count));
            } finally {
                handle.leave();
            }
        }
    }

    /**
     * Takes the counter: returns its value and sets it to 0.
     *
     * @return what was signalled since the last read; 0 if nothing was, or once closed
     * @throws EventFdException if the counter has grown past {@link Long#MAX_VALUE}, or the system refuses
     */
    public long read() {
        if (!handle.enter()) {
            return 0;
        }
        try {
            long value = Native.eventfdRead(fd);
            if (value < 0) {
                Native.check("read from eventfd", (int) value);
            }
            return value;
        } finally {
            handle.leave();
        }
    }

    /**
     * Tells whether the eventfd is still in use.
     *
     * @return false from the first call of {@link #close} on
     */
    public boolean isOpen() {
        return handle.isOpen();
    }

    /**
     * Closes the eventfd and takes it out of its poller. A second call does nothing. Unread counts are lost; the
     * number goes back to the system when the last call that was under way has ended.
     */
    @Override
    public void close() {
        if (handle.close()) {
            EventPoller registeredWith = poller.get();
            if (registeredWith != null) {
                registeredWith.closed(this);
            }
        }
    }

    /** Counts a registration as a user, so that the number stays ours while epoll knows it; false once closed. */
    boolean retain() {
        return handle.enter();
    }

    void release() {
        handle.leave();
    }

    /** The number, for a caller that holds a {@link #retain}. */
    int retainedFd() {
        return fd;
    }

    @Override
    public String toString() {
        return "EventFd[" + (isOpen() ? fd : "closed") + "]";
    }
}
