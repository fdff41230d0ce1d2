package org.kvdock.l2.pd.zmq;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.kvdock.l2.pd.security.Refusals;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;

/**
 * Bounds the connections of one ZeroMQ port. JeroMQ itself takes any number, waits without end for somebody who stops in
 * the middle of a CURVE handshake, and keeps those whom it has refused. Here a connection is a stranger's until a message
 * has come over it, and a stranger has so much time and so many places.
 *
 * <p>Whoever goes by himself before that is told as refused only some time later, and not at all if somebody from his
 * address has come in by then: a JeroMQ client now and then loses the hand-over of a connection that it has just made,
 * and makes another one ({@link ZmqLoop#connected}).
 *
 * <p>JeroMQ takes nothing more from somebody who has sent more than its bound of messages before it could give him a name,
 * and where another connection has that name already it never does: it does not read his end either. Such a one is closed
 * under it when the next one comes.
 *
 * <p>Events come on ZeroMQ's own thread, messages and ticks on the loop's: everything is guarded by this object's monitor.
 */
final class Guests implements ZEvent.ZEventConsummer {
    static final int EVENTS =
            zmq.ZMQ.ZMQ_EVENT_ACCEPTED | zmq.ZMQ.ZMQ_EVENT_ACCEPT_FAILED | zmq.ZMQ.ZMQ_EVENT_DISCONNECTED;
    static final int MOST = 256;
    static final int MOST_STRANGERS = 32;
    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    static final long STRANGER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SECOND_TRY_NANOS = TimeUnit.SECONDS.toNanos(2);
    static final long LET_GO_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final class Guest {
        private final SocketChannel channel;
        private final String address;
        private final long sinceNanos;
        private long shownOutNanos;
        private Refusals.Kind kind = Refusals.Kind.STRANGER;
        private String reason = "the connection ended before a message that may come in";
        private boolean shownOut;

        private Guest(SocketChannel channel, String address, long now) {
            this.channel = channel;
            this.address = address;
            this.sinceNanos = now;
        }

        private void showOut(Refusals.Kind why, String text, long now) {
            kind = why;
            reason = text;
            shownOut = true;
            shownOutNanos = now;
            try {
                // Not closed: JeroMQ would not notice. It reads the end, and lets go of everything.
                channel.shutdownInput();
                channel.shutdownOutput();
            } catch (IOException e) {
                // It has gone by itself.
            }
        }

        /** @return whether the other end has closed, or is not to be reached any more; its channel is still open here */
        private boolean wentByItself() {
            try {
                return !shownOut && channel.read(ByteBuffer.allocate(1)) < 0;
            } catch (IOException e) {
                return true;
            }
        }
    }

    private record Leaver(Guest guest, long sinceNanos) {}

    private final Refusals refusals;
    private final LongSupplier nanos;
    private final Map<SelectableChannel, Guest> strangers = new LinkedHashMap<>();
    private final Map<SelectableChannel, Guest> known = new HashMap<>();
    private final Map<String, Guest> byAddress = new HashMap<>();
    // Strangers who went by themselves, the first of them first; a guest is here or in strangers, so both are bounded.
    private final Deque<Leaver> leavers = new ArrayDeque<>();

    Guests(Refusals refusals) {
        this(refusals, System::nanoTime);
    }

    /** @param nanos the time, as {@link System#nanoTime()} has it */
    Guests(Refusals refusals, LongSupplier nanos) {
        this.refusals = refusals;
        this.nanos = nanos;
    }

    /** Watches a socket that is about to listen. */
    void watch(ZMQ.Socket socket) {
        socket.setEventHook(this, EVENTS);
    }

    @Override
    public void consume(ZEvent event) {
        switch (event.getEvent()) {
            case ACCEPTED -> came(event.<SocketChannel>getValue());
            case DISCONNECTED -> left(event.<SelectableChannel>getValue());
            case ACCEPT_FAILED -> {
                // JeroMQ would ask again at once, without end: whoever wants in is still there, and no file descriptor is.
                refusals.refused("somebody", AllocPort.WHERE, Refusals.Kind.TOO_MANY, "it cannot be accepted now");
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            }
            default -> { }
        }
    }

    private synchronized void came(SocketChannel channel) {
        long now = nanos.getAsLong();
        closeStuck(now);
        Guest guest = new Guest(channel, address(channel), now);
        if (strangers.size() + known.size() >= MOST) {
            guest.showOut(Refusals.Kind.TOO_MANY, MOST + " connections are served already", now);
        } else if (strangers.size() >= MOST_STRANGERS) {
            for (Guest oldest : strangers.values()) {
                if (!oldest.shownOut) {
                    oldest.showOut(Refusals.Kind.TOO_SLOW, MOST_STRANGERS + " others came before it said anything", now);
                    break;
                }
            }
        }
        strangers.put(channel, guest);
        byAddress.put(guest.address, guest);
    }

    // Here, since JeroMQ's own thread is in none of its channels now: closed from another it could break off over one.
    private void closeStuck(long now) {
        strangers.values().removeIf(guest -> {
            if (!guest.shownOut || now - guest.shownOutNanos < LET_GO_NANOS) {
                return false;
            }
            try {
                guest.channel.close();
            } catch (IOException e) {
                // As good as closed.
            }
            byAddress.remove(guest.address, guest);
            refuse(guest);
            return true;
        });
    }

    /** @return connections that hold a place */
    synchronized int places() {
        return strangers.size() + known.size();
    }

    private synchronized void left(SelectableChannel channel) {
        Guest stranger = strangers.remove(channel);
        Guest gone = stranger == null ? known.remove(channel) : stranger;
        if (gone != null) {
            byAddress.remove(gone.address, gone);
        }
        if (stranger == null) {
            return;
        }
        if (stranger.wentByItself()) {
            leavers.add(new Leaver(stranger, nanos.getAsLong()));
            if (leavers.size() > MOST_STRANGERS) {
                refuse(leavers.remove().guest);
            }
        } else {
            refuse(stranger);
        }
    }

    private void refuse(Guest stranger) {
        refusals.refused(stranger.address, AllocPort.WHERE, stranger.kind, stranger.reason);
    }

    /** A message that may come in has come from there. */
    synchronized void letIn(String address) {
        Guest guest = byAddress.get(address);
        if (guest != null && strangers.remove(guest.channel) != null) {
            known.put(guest.channel, guest);
            leavers.removeIf(leaver -> host(leaver.guest).equals(host(guest)));
        }
    }

    /** Shows those out who have had their time, and tells who went and did not come back. */
    synchronized void tick() {
        long now = nanos.getAsLong();
        while (!leavers.isEmpty() && now - leavers.peek().sinceNanos >= SECOND_TRY_NANOS) {
            refuse(leavers.remove().guest);
        }
        List<Guest> late = new ArrayList<>();
        Iterator<Guest> oldestFirst = strangers.values().iterator();
        while (oldestFirst.hasNext()) {
            Guest guest = oldestFirst.next();
            if (now - guest.sinceNanos < STRANGER_NANOS) {
                break;
            }
            if (!guest.shownOut) {
                late.add(guest);
            }
        }
        late.forEach(guest -> guest.showOut(
                Refusals.Kind.TOO_SLOW, "no message that may come in within " + STRANGER_NANOS / 1_000_000_000 + " s", now));
    }

    private static String host(Guest guest) {
        return guest.address.substring(0, Math.max(0, guest.address.lastIndexOf(':')));
    }

    private static String address(SocketChannel channel) {
        try {
            // As JeroMQ writes it into messages.
            return channel.getRemoteAddress() instanceof InetSocketAddress from
                    ? from.getAddress().getHostAddress() + ":" + from.getPort()
                    : "an address unknown";
        } catch (IOException e) {
            return "an address unknown";
        }
    }
}
