package org.kvdock.l2.pd.receiver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;
import org.kvdock.l2.pd.net.Connection;
import org.kvdock.l2.pd.net.Reactor;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * A sender's connection at the receiver. What it reserved and did not commit comes back when the connection ends. For
 * the reactor's thread.
 *
 * <pre>
 *  STRANGER --hello--> GREETED --connection lost, silent for too long, or replaced--> GONE
 *  GREETED --its channel is gone, or a better one can be had--> GONE
 *  STRANGER --anything else, or nothing for too long--> GONE
 * </pre>
 */
final class SenderLink implements Connection.Peer, TransferOwner {
    private enum State {
        STRANGER, GREETED, GONE
    }

    private final Links links;
    private final Desk desk;
    private final Reactor reactor;
    private final Connection connection;
    private final String address;
    private final Reactor.Timer greetingTimer;
    private String refusal;
    private final Map<Long, InboundTransfer> transfers = new HashMap<>();
    private int keysUnderWay;
    private State state = State.STRANGER;
    private String sender = "";
    private int rank;
    private Arena arena;
    private List<String> offered = List.of();
    private String channel = "";
    // Since when there is a better channel than the one in use; null while there is none.
    private Long outgrownNanos;
    // Whether the sender maps the slots and writes into them by itself.
    private boolean inPlace;
    // Where a channel that others brought lets the sender in; null on the others.
    private Way way;
    // Whether the sender itself says that it writes no more into what ends now.
    private boolean confirmed;
    private Grant receiving;
    // Slots whose lease ended while the sender may still write into them; they come back when it has closed its end.
    private final List<Slot> quarantine = new ArrayList<>();
    private final Set<Long> announced = new HashSet<>();

    SenderLink(Links links, Desk desk, Reactor reactor, SocketChannel channel) throws IOException {
        this.links = links;
        this.desk = desk;
        this.reactor = reactor;
        this.address = Links.address(channel);
        this.connection = new Connection(reactor, channel, links.wiring(), false, this);
        this.greetingTimer = reactor.after(links.greetingTime().toNanos(), () -> connection.close(
                new SilenceException("no hello within " + links.greetingTime().toMillis() + " ms")));
    }

    /** @return names the sender instance, empty before the hello */
    String sender() {
        return sender;
    }

    int rank() {
        return rank;
    }

    /** @return the channel in use, empty before the hello */
    String channel() {
        return channel;
    }

    boolean isStranger() {
        return state == State.STRANGER;
    }

    /** @return the other end's, as it was when it came */
    String address() {
        return address;
    }

    void close(String why) {
        connection.close(new IOException(why));
    }

    /** Ends the link if nothing came for that long. */
    void endIfSilent(long nowNanos, long silenceNanos) {
        if (state == State.GREETED && nowNanos - connection.lastHeardNanos() > silenceNanos) {
            close("no sign of life for " + silenceNanos / 1_000_000 + " ms");
        }
    }

    /** @return whether the sender writes through this end */
    boolean cameInBy(ReceivingEnd end) {
        return way != null && way.end() == end;
    }

    /**
     * Ends the link where the sender had offered a better channel that can be had by now: it comes back and gets that one.
     * As soon as nothing is under way, or after a while in any case: what is not committed then is sent again.
     */
    void endIfOutgrown(long nowNanos, long patienceNanos) {
        String best = state == State.GREETED ? links.best(offered) : null;
        if (best == null || best.equals(channel)) {
            outgrownNanos = null;
            return;
        }
        outgrownNanos = outgrownNanos == null ? Long.valueOf(nowNanos) : outgrownNanos;
        if (transfers.isEmpty() || nowNanos - outgrownNanos > patienceNanos) {
            close("channel " + best + " can be had, which is better than " + channel);
        }
    }

    @Override
    public void message(byte[] bytes) throws ProtocolException {
        Message message = MessageCodec.decode(bytes);
        if (state != State.GREETED) {
            greet(message);
        } else if (message instanceof Message.Reserve reserve) {
            reserve(reserve);
        } else if (message instanceof Message.Commit commit) {
            commit(commit);
        } else if (message instanceof Message.Abort abort) {
            abort(abort);
        } else if (message instanceof Message.Cancel cancel) {
            links.cancel(new RequestName(sender, cancel.requestId()));
        } else if (message instanceof Message.Heartbeat heartbeat) {
            for (long id : heartbeat.transfers()) {
                InboundTransfer transfer = transfers.get(id);
                if (transfer != null) {
                    desk.renew(transfer);
                }
            }
            links.sign(sender);
            connection.send(heartbeat);
        } else {
            throw new ProtocolException("type", message.getClass().getSimpleName(), "what a sender says");
        }
    }

    private void greet(Message message) throws ProtocolException {
        if (!(message instanceof Message.Hello hello)) {
            throw new ProtocolException("type", message.getClass().getSimpleName(), "Hello");
        }
        if (refusal != null) {
            throw new ProtocolException("type", "Hello", "nothing more after a refusal");
        }
        offered = hello.channels();
        String best = links.best(offered);
        if (hello.version() != Limits.VERSION) {
            refuse("version: " + hello.version() + " is not allowed, must be " + Limits.VERSION);
            return;
        } else if (best == null) {
            refuse("channels: " + offered + " are not allowed, must have one of " + links.channels());
            return;
        }
        // A session of its own for each name that was proved: nobody can pass for another's sender.
        sender = connection.peerName().map(name -> name + "/").orElse("") + Long.toHexString(hello.session());
        rank = hello.rank();
        state = State.GREETED;
        greetingTimer.cancel();
        channel = best;
        inPlace = channel.equals(Links.SHM);
        arena = links.arena(sender, inPlace);
        if (inPlace) {
            connection.fence();
        }
        links.greeted(this);
        connection.greeted(channel.equals(Links.TCP));
        connection.send(links.welcome(channel));
        if (!inPlace && !channel.equals(Links.TCP)) {
            way = links.ends().join(channel).orElse(null);
            if (way == null) {
                close("channel " + channel + " has gone");
            } else {
                connection.send(new Message.ChannelAddress(way.number(), way.end().address()));
            }
        }
    }

    @Override
    public void otherVersion(int version) {
        // What it makes of the answer is its own affair; the answer's frame tells it our version.
        refuse("frame version: " + version + " is not allowed, must be " + Limits.VERSION + " on both sides");
    }

    private void refuse(String text) {
        refusal = text;
        connection.send(new Message.Refused(0, ErrorCode.PEER_REFUSED, text));
    }

    private void commit(Message.Commit commit) throws ProtocolException {
        for (long slot : commit.slots()) {
            OpenSlot open = way == null ? null : way.slots().get(slot);
            if (open != null && open.commitWhenQuiet(slot, () -> reactor.execute(() -> commitLater(commit)))) {
                return;
            }
        }
        confirmed = true;
        try {
            connection.send(desk.commit(this, commit, commit.epoch() == links.epoch()));
        } finally {
            confirmed = false;
        }
        desk.settle();
    }

    private void commitLater(Message.Commit commit) {
        try {
            if (state == State.GREETED) {
                commit(commit);
            }
        } catch (ProtocolException e) {
            connection.close(e);
        }
    }

    private void abort(Message.Abort abort) {
        InboundTransfer transfer = transfers.get(abort.id());
        if (transfer != null) {
            confirmed = true;
            try {
                desk.abort(transfer);
            } finally {
                confirmed = false;
            }
            desk.settle();
        }
    }

    private void reserve(Message.Reserve reserve) throws ProtocolException {
        if (transfers.containsKey(reserve.id())) {
            throw new ProtocolException("id", reserve.id(), "a transfer that is not under way");
        }
        RequestName name = new RequestName(sender, reserve.requestId());
        InboundTransfer transfer = new InboundTransfer(this, name, reserve, System.nanoTime());
        String refusal = links.refusal(reserve);
        int after = keysUnderWay + transfer.weight();
        if (refusal == null && after > Limits.KEYS_UNDER_WAY) {
            connection.send(new Message.Refused(
                    reserve.id(), ErrorCode.NO_ROOM,
                    "keys under way: " + after + " are not allowed, must be at most " + Limits.KEYS_UNDER_WAY));
            return;
        }
        if (refusal != null) {
            connection.send(new Message.Refused(reserve.id(), ErrorCode.PEER_REFUSED, refusal));
            return;
        }
        transfers.put(transfer.id, transfer);
        keysUnderWay = after;
        desk.reserve(transfer);
    }

    @Override
    public ByteBuffer data(long slot, long epoch, int offset, int bytes) throws ProtocolException {
        receiving = epoch == links.epoch() ? desk.find(slot, this) : null;
        if (receiving == null) {
            // Meant for a slot that was given up meanwhile, or for a receiver that is gone.
            links.countStale(bytes);
            return null;
        }
        return receiving.receive(offset, bytes);
    }

    @Override
    public void dataComplete(long slot, int end) {
        Grant grant = receiving;
        receiving = null;
        if (grant.isEnded()) {
            desk.released(grant.slot);
        } else {
            grant.receivedTo(end);
            desk.renew(grant.transfer);
        }
    }

    @Override
    public boolean fill(ByteBuffer out) {
        return false;
    }

    @Override
    public void lost(Throwable cause) {
        boolean stranger = state == State.STRANGER;
        greetingTimer.cancel();
        state = State.GONE;
        if (receiving != null && receiving.isEnded()) {
            desk.released(receiving.slot);
        }
        receiving = null;
        for (InboundTransfer transfer : List.copyOf(transfers.values())) {
            desk.abort(transfer);
        }
        desk.settle();
        if (way != null) {
            links.ends().leave(way);
        }
        links.gone(this, stranger, refusal == null ? cause : new ProtocolException(refusal));
    }

    @Override
    public void gone() {
        quarantine.forEach(desk::released);
        quarantine.clear();
        links.closed();
    }

    /** @return bytes that wait for the sender to close its end */
    long quarantinedBytes() {
        return quarantine.stream().mapToLong(Slot::capacity).sum();
    }

    /** A segment is gone. */
    void dropped(long segment) {
        if (announced.remove(segment)) {
            connection.send(new Message.SegmentsGone(new long[] {segment}));
        }
    }

    // ---- answers ----

    @Override
    public Arena arena() {
        return arena;
    }

    @Override
    public boolean writesInPlace() {
        return inPlace || way != null;
    }

    @Override
    public boolean isWritten(Grant grant) {
        if (way == null) {
            return true;
        }
        OpenSlot open = way.slots().get(grant.number);
        boolean written = open != null && open.closeIfQuiet();
        if (written) {
            way.slots().remove(grant.number);
        }
        return written;
    }

    @Override
    public boolean mayStillWrite(Grant grant) {
        if (inPlace && !confirmed && grant.slot.length() > 0) {
            quarantine.add(grant.slot);
            return true;
        }
        OpenSlot open = way == null ? null : way.slots().remove(grant.number);
        if (open != null) {
            return open.close(() -> reactor.execute(() -> desk.released(grant.slot)));
        }
        return receiving == grant;
    }

    @Override
    public void allocated(InboundTransfer transfer, List<Grant> grants, int[] alreadySent) {
        int[] indexes = new int[grants.size()];
        long[] numbers = new long[grants.size()];
        long[] segments = new long[inPlace ? grants.size() : 0];
        long[] offsets = new long[segments.length];
        for (int i = 0; i < indexes.length; i++) {
            Slot slot = grants.get(i).slot;
            indexes[i] = grants.get(i).index;
            numbers[i] = grants.get(i).number;
            if (way != null) {
                way.slots().put(numbers[i], new OpenSlot(slot.view()));
            }
            if (inPlace) {
                announce(slot);
                segments[i] = slot.segmentNumber();
                offsets[i] = slot.offset();
            }
        }
        connection.send(new Message.Alloc(transfer.id, indexes, numbers, segments, offsets, alreadySent));
    }

    private void announce(Slot slot) {
        if (slot.segmentNumber() != 0 && announced.add(slot.segmentNumber())) {
            connection.send(new Message.Segment(slot.segmentNumber(), slot.segmentBytes(), slot.segmentDescriptor()));
        }
    }

    @Override
    public void refused(InboundTransfer transfer, ErrorCode code, String text) {
        connection.send(new Message.Refused(transfer.id, code, text));
    }

    @Override
    public void lapsed(InboundTransfer transfer) {
        connection.send(new Message.Lapsed(transfer.id));
    }

    @Override
    public void ended(InboundTransfer transfer) {
        if (transfers.remove(transfer.id, transfer)) {
            keysUnderWay -= transfer.weight();
        }
    }
}
