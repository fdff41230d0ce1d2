package org.kvdock.l2.event;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One thread that waits on many eventfds (Linux epoll, level-triggered: a handler that leaves its eventfd unread is
 * called again by the next poll).
 *
 * <table>
 *   <caption>Threads and locks</caption>
 *   <tr><th>what</th><th>who</th><th>guarded by</th></tr>
 *   <tr><td>{@link #poll}, the handlers</td><td>one thread at a time</td><td>{@code polling}; no lock is held while
 *       waiting or while a handler runs</td></tr>
 *   <tr><td>{@link #add}, {@link #remove}, {@link #close}</td><td>any thread, handlers too</td><td>{@code lock}</td></tr>
 *   <tr><td>{@link #wakeup}, {@link #isOpen}</td><td>any thread</td><td>nothing; they do not block</td></tr>
 *   <tr><td>{@code slots}, {@code unused}, {@code farewells}, {@code closed}, {@code EventFd.token}</td><td></td>
 *       <td>{@code lock}</td></tr>
 *   <tr><td>{@code ready}</td><td>the polling thread</td><td>{@code polling}</td></tr>
 *   <tr><td>the epoll descriptor</td><td></td><td>{@code lock} with {@code closed} false, or a use of
 *       {@code handle}</td></tr>
 * </table>
 *
 * <p>{@code lock} is a leaf: nothing is called under it but system calls that do not wait.
 */
public final class EventPoller implements AutoCloseable {

    /** Most handlers that one poll runs; the others are ready in the next one. */
    private static final int BATCH = 64;

    /** Token of the wake-up; registrations count theirs from 1 up. */
    private static final long WAKEUP = 0;

    private final ReentrantLock lock = new ReentrantLock();
    /** Registrations by the low half of their token; null where a slot is free. */
    private final List<Registration> slots = new ArrayList<>();
    private final Deque<Integer> unused = new ArrayDeque<>();
    /** What is still to be told of eventfds that their owners have closed. */
    private final Deque<Runnable> farewells = new ArrayDeque<>();
    /** High half of the next token: a slot that is used again gets a new name, so that a stale event finds nobody. */
    private int generation;
    private boolean closed;

    private final AtomicReference<Thread> polling = new AtomicReference<>();
    private final long[] ready = new long[BATCH];

    private final int epoll;
    private final EventFd wakeup;
    private final GuardedHandle handle;

    /** @param onClosed null: nobody wants to know */
    private record Registration(EventFd fd, Runnable onReadable, Runnable onClosed, long token) {
    }

    /**
     * Makes a poller that waits on nothing yet.
     *
     * @throws NativeUnavailableException if there is no native library for this platform
     * @throws EventFdException           if the system refuses, for example for lack of file descriptors
     */
    public EventPoller() {
        wakeup = EventFd.create();
        int created = Native.epollCreate();
        int added = created < 0 ? created : Native.epollAdd(created, wakeup.fd(), WAKEUP);
        if (added < 0) {
            wakeup.close();
            if (created >= 0) {
                Native.closeFd(created);
            }
        }
        Native.check("epoll", added);
        epoll = created;
        // The wake-up goes last: closed earlier, its signal could be taken back before the poller has seen it.
        handle = new GuardedHandle(() -> {
            Native.closeFd(epoll);
            wakeup.close();
        });
    }

    /**
     * Waits on one more eventfd, from now on, also in a poll that is under way. An eventfd that is closed is not
     * added: it will never be readable.
     *
     * @param fd         not null; in no other poller, and not yet in this one
     * @param onReadable called by {@link #poll} whenever the eventfd is readable; it should {@link EventFd#read} it;
     *                   not null
     * @throws IllegalStateException if the eventfd is registered already, or the poller is closed
     * @throws EventFdException      if the system refuses
     */
    public void add(EventFd fd, Runnable onReadable) {
        register(fd, Objects.requireNonNull(onReadable, "onReadable"), null);
    }

    /**
     * As {@link #add(EventFd, Runnable)}, and tells when there is nothing more to wait for: counts that were unread when
     * the owner closed the eventfd are lost, and whoever counts on them must look by other means.
     *
     * @param fd         not null; in no other poller, and not yet in this one
     * @param onReadable called by {@link #poll} whenever the eventfd is readable; not null
     * @param onClosed   called by {@link #poll}, once, after the owner has closed the eventfd, also if that was before this
     *                   call; not after {@link #remove}, and not after this poller is closed; not null
     * @throws IllegalStateException if the eventfd is registered already, or the poller is closed
     * @throws EventFdException      if the system refuses
     */
    public void add(EventFd fd, Runnable onReadable, Runnable onClosed) {
        Objects.requireNonNull(onReadable, "onReadable");
        register(fd, onReadable, Objects.requireNonNull(onClosed, "onClosed"));
    }

    private void register(EventFd fd, Runnable onReadable, Runnable onClosed) {
        Objects.requireNonNull(fd, "fd");
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the poller is closed");
            }
            if (!fd.retain()) {
                sayFarewell(onClosed);
                return;
            }
            boolean registered = false;
            try {
                addToEpoll(fd, onReadable, onClosed);
                registered = true;
            } finally {
                if (!registered) {
                    fd.release();
                }
            }
        } finally {
            lock.unlock();
        }
        if (!fd.isOpen()) {
            closed(fd); // closed meanwhile, perhaps before it could see that it is registered here
        }
    }

    private void addToEpoll(EventFd fd, Runnable onReadable, Runnable onClosed) {
        if (!fd.poller.compareAndSet(null, this)) {
            throw new IllegalStateException(fd + " is registered already");
        }
        int slot = unused.isEmpty() ? slots.size() : unused.pop();
        generation = Math.max(1, generation + 1);
        long token = (long) generation << 32 | slot;
        int result = Native.epollAdd(epoll, fd.retainedFd(), token);
        if (slot == slots.size()) {
            slots.add(null);
        }
        if (result < 0) {
            unused.push(slot);
            fd.poller.set(null);
            Native.check("epoll_ctl", result);
        }
        fd.token = token;
        slots.set(slot, new Registration(fd, onReadable, onClosed, token));
    }

    /**
     * Waits on an eventfd no longer. Does nothing if it is not registered here. When this returns no new call of the
     * handler begins; one that the polling thread has begun may still be running.
     *
     * @param fd not null
     */
    public void remove(EventFd fd) {
        Objects.requireNonNull(fd, "fd");
        lock.lock();
        try {
            if (fd.poller.get() == this) {
                unregister(fd);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The owner has closed the eventfd. */
    void closed(EventFd fd) {
        lock.lock();
        try {
            if (fd.poller.get() == this) {
                Runnable onClosed = slots.get((int) fd.token).onClosed;
                unregister(fd);
                sayFarewell(onClosed);
            }
        } finally {
            lock.unlock();
        }
    }

    private void sayFarewell(Runnable onClosed) {
        if (onClosed != null) {
            farewells.add(onClosed);
            wakeup.signal(1);
        }
    }

    private void unregister(EventFd fd) {
        int slot = (int) fd.token;
        Native.epollRemove(epoll, fd.retainedFd());
        slots.set(slot, null);
        unused.push(slot);
        fd.poller.set(null);
        fd.release();
    }

    /**
     * Waits until an eventfd is readable, somebody calls {@link #wakeup} or the time is over, and runs the handlers of
     * those that are readable. If a handler throws, poll throws the same, and the handlers behind it run in the next
     * poll.
     *
     * @param timeout how long to wait, rounded up to milliseconds; zero looks without waiting; null or negative waits
     *                for ever
     * @return how many handlers ran; 0 after a wake-up, when the time is over, or when the poller is closed
     * @throws IllegalStateException if another thread is polling, or a handler calls this
     * @throws EventFdException      if the system refuses
     */
    public int poll(Duration timeout) {
        if (!polling.compareAndSet(null, Thread.currentThread())) {
            throw new IllegalStateException("a poll is under way already");
        }
        try {
            return dispatch(await(timeout));
        } finally {
            polling.set(null);
        }
    }

    private int await(Duration timeout) {
        if (!handle.enter()) {
            return 0;
        }
        try {
            Timeout left = Timeout.of(timeout);
            for (;;) {
                int millis = left.millis();
                int count = Native.epollWait(epoll, ready, millis);
                if (count > 0) {
                    return count;
                }
                if (count < 0 && count != -Native.EINTR) {
                    Native.check("epoll_wait", count);
                }
                if (count == 0 && left.isOver()) {
                    return 0;
                }
            }
        } finally {
            handle.leave();
        }
    }

    private int dispatch(int count) {
        int ran = 0;
        for (int i = 0; i < count; i++) {
            if (ready[i] == WAKEUP) {
                wakeup.read();
                ran += runFarewells();
                continue;
            }
            Runnable handler = handlerOf(ready[i]);
            if (handler != null) {
                ran++;
                handler.run();
            }
        }
        return ran;
    }

    private int runFarewells() {
        int ran = 0;
        for (Runnable farewell = nextFarewell(); farewell != null; farewell = nextFarewell()) {
            ran++;
            boolean told = false;
            try {
                farewell.run();
                told = true;
            } finally {
                if (!told) {
                    wakeup.signal(1); // for those behind it
                }
            }
        }
        return ran;
    }

    private Runnable nextFarewell() {
        lock.lock();
        try {
            return farewells.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Null if the registration is gone: removed by a handler before this one, or since the wait ended. */
    private Runnable handlerOf(long token) {
        lock.lock();
        try {
            Registration registration = slots.get((int) token);
            return registration != null && registration.token == token ? registration.onReadable : null;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the poll that is under way, or else the next one, return without waiting. Does nothing once closed. */
    public void wakeup() {
        wakeup.signal(1);
    }

    /**
     * Tells whether the poller is still in use; the condition of a polling loop.
     *
     * @return false from the first call of {@link #close} on
     */
    public boolean isOpen() {
        return handle.isOpen();
    }

    /**
     * Lets go of all eventfds, which stay open, and makes a poll that is under way return. A second call does nothing.
     * It does not wait for the polling thread.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            for (Registration registration : slots.stream().filter(Objects::nonNull).toList()) {
                unregister(registration.fd);
            }
            farewells.clear();
            closed = true;
        } finally {
            lock.unlock();
        }
        handle.close();
        wakeup.signal(1);
    }
}
