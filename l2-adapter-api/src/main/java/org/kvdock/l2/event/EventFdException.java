package org.kvdock.l2.event;

/** A system call on an eventfd or on the poller failed. The message names the call, the error and the platform. */
public final class EventFdException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    EventFdException(String call, int errno, String text) {
        super(call + ": " + text + " (errno " + errno + ", " + Platform.current() + ")");
        this.errno = errno;
    }

    /**
     * Returns the error number of the operating system.
     *
     * @return a value of {@code errno}, positive
     */
    public int errno() {
        return errno;
    }
}
