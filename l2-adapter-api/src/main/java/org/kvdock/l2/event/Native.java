package org.kvdock.l2.event;

/**
 * The system calls, as the C file of the native fragment has them. Results below zero are negated {@code errno}
 * values. Nothing here guards a file descriptor: {@link GuardedHandle} does, around every call that takes one.
 */
final class Native {

    /** Generation of the signatures below; the library tells its own, and another one is refused. */
    static final int ABI = 1;

    static final int EINTR = 4;

    private static final NativeUnavailableException UNAVAILABLE = NativeLoader.load();

    private Native() {
    }

    /** Throws what kept the library from loading, if anything did; first in every path that ends in a native call. */
    static void require() {
        if (UNAVAILABLE != null) {
            throw new NativeUnavailableException(UNAVAILABLE.getMessage(), UNAVAILABLE.getCause());
        }
    }

    /** Returns {@code result}, or throws what the negative number stands for. */
    static int check(String call, int result) {
        if (result < 0) {
            throw new EventFdException(call, -result, errorText(-result));
        }
        return result;
    }

    static native int abi();

    static native int eventfdCreate();

    static native int eventfdWrite(int fd, long count);

    /** The counter, which becomes 0; 0 when there was nothing. */
    static native long eventfdRead(int fd);

    static native int closeFd(int fd);

    static native int epollCreate();

    static native int epollAdd(int epoll, int fd, long token);

    static native int epollRemove(int epoll, int fd);

    /** Blocks for up to {@code timeoutMillis}, for ever if negative; returns how many tokens it wrote. */
    static native int epollWait(int epoll, long[] tokens, int timeoutMillis);

    private static native String errorText(int error);
}
