package org.kvdock.l2.pd.sender;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.pd.net.Connection;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.ProtocolException;

/**
 * One connection to the receiver, from its welcome to its end: asks for the link's transfers, writes them through its
 * outlet, commits what has arrived. For the reactor's thread.
 */
final class LinkSession implements Outlet.Events, AutoCloseable {
    private final Connection connection;
    private final OpenTransfers transfers;
    private final long epoch;
    private final int maxObjectBytes;
    private final Outlet outlet;

    LinkSession(
            Connection connection, Message.Welcome welcome, OpenTransfers transfers, ChannelOffers offers, Executor reactor) {
        this.connection = connection;
        this.transfers = transfers;
        this.epoch = welcome.epoch();
        this.maxObjectBytes = welcome.maxObjectBytes();
        this.outlet = new Outlet(welcome, offers, reactor, this);
    }

    /** Asks for all that have begun and not ended. */
    void askForAll() {
        transfers.all().forEach(this::ask);
    }

    void ask(Transfer transfer) {
        Message.Reserve reserve = transfer.reserve(epoch, System.nanoTime());
        Optional<String> obstacle = reserve.obstacle(maxObjectBytes);
        if (obstacle.isPresent()) {
            transfer.refused(ErrorCode.TOO_LARGE, obstacle.get());
            end(transfer);
        } else {
            connection.send(reserve);
        }
    }

    /** The transfer's task has ended. */
    void abandon(Transfer transfer) {
        connection.send(new Message.Abort(transfer.id()));
        end(transfer);
    }

    void cancelRequest(String requestId) {
        connection.send(new Message.Cancel(requestId));
    }

    private void end(Transfer transfer) {
        outlet.remove(transfer);
        transfers.end(transfer);
    }

    /** Tells the receiver which transfers are alive, which keeps their leases. */
    void heartbeat() {
        Message.Heartbeat.of(transfers.ids()).forEach(connection::send);
    }

    /** Takes what a receiver says after its welcome. */
    void message(Message message) throws ProtocolException {
        if (message instanceof Message.Alloc alloc) {
            Transfer transfer = transfers.find(alloc.id());
            if (transfer != null && transfer.allocated(alloc)) {
                outlet.add(transfer);
            }
            endIfResolved(transfer);
        } else if (message instanceof Message.CommitAck ack) {
            Transfer transfer = transfers.find(ack.id());
            if (transfer != null) {
                transfer.acknowledged(ack);
                endIfResolved(transfer);
            }
        } else if (message instanceof Message.Refused refused) {
            Transfer transfer = transfers.find(refused.id());
            if (transfer != null) {
                transfer.refused(refused.code(), refused.text());
                end(transfer);
            }
        } else if (message instanceof Message.Lapsed lapsed) {
            Transfer transfer = transfers.find(lapsed.id());
            if (transfer != null) {
                outlet.remove(transfer);
                transfer.reset();
                ask(transfer);
            }
        } else if (!outlet.take(message) && !(message instanceof Message.Heartbeat)) {
            throw new ProtocolException("type", message.getClass().getSimpleName(), "what a receiver says");
        }
    }

    private void endIfResolved(Transfer transfer) {
        if (transfer != null && transfer.isResolved()) {
            end(transfer);
        }
    }

    /** @return whether there is more than the connection's outgoing buffer takes */
    boolean fill(ByteBuffer out) {
        return outlet.fill(out);
    }

    @Override
    public void dataReady() {
        connection.dataReady();
    }

    @Override
    public void arrived(Transfer transfer, long[] slots) {
        // It may have been abandoned, or its lease may have ended, while its bytes were under way.
        if (transfers.contains(transfer)) {
            Message.Commit commit = transfer.commit(epoch, slots);
            if (commit.slots().length > 0) {
                connection.send(commit);
            }
        }
    }

    @Override
    public void ended(Transfer transfer) {
        if (transfers.contains(transfer)) {
            abandon(transfer);
        }
    }

    @Override
    public void failed(IOException cause) {
        connection.close(cause);
    }

    /** @return why nothing more can be written over the channel in use; null while it can */
    IOException channelLost() {
        return outlet.lost();
    }

    /** Nothing is written any more. The connection is its link's to close, and the transfers go on over the next one. */
    @Override
    public void close() {
        outlet.close();
    }
}
