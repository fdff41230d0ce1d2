package org.kvdock.l2.pd.receiver;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.pd.staging.Slot;

/**
 * A request that was admitted: room for the chunks that have not been announced yet, and pins on those that are here,
 * which end when it is read. For the reactor's thread.
 */
final class Request {
    final RequestName name;
    private final int totalChunks;
    private final List<Slot> pool;
    private final Map<ObjectKey, ObjectIndex<Slot>.Pin> kept = new LinkedHashMap<>();
    private int announced;
    private int openTransfers;
    private boolean read;
    private long lastTransferNanos;
    private long lastSignNanos;

    Request(RequestName name, int totalChunks, List<Slot> pool, long nowNanos) {
        this.name = name;
        this.totalChunks = totalChunks;
        this.pool = pool;
        this.lastTransferNanos = nowNanos;
        this.lastSignNanos = nowNanos;
    }

    /** Its sender is alive. */
    void sign(long nowNanos) {
        lastSignNanos = nowNanos;
    }

    /** A transfer of this request is under way. */
    void begin(InboundTransfer transfer, long nowNanos) {
        announced += transfer.size();
        openTransfers++;
        lastTransferNanos = nowNanos;
        lastSignNanos = nowNanos;
    }

    void end(long nowNanos) {
        openTransfers--;
        lastTransferNanos = nowNanos;
        lastSignNanos = nowNanos;
    }

    /** @return memory for a chunk of a later batch, null if none of the reserved slots is large enough */
    Slot fromPool(int length) {
        for (Iterator<Slot> slots = pool.iterator(); slots.hasNext(); ) {
            Slot slot = slots.next();
            if (slot.capacity() >= length) {
                slots.remove();
                slot.fit(length);
                return slot;
            }
        }
        return null;
    }

    /** A transfer was given up: its chunks may be announced again, and their room waits for that. */
    void takeBack(InboundTransfer transfer, List<Slot> room) {
        announced -= transfer.size();
        pool.addAll(room);
    }

    /** @return room that was reserved and will not be needed, now this caller's to give back */
    List<Slot> surplus() {
        if (announced < totalChunks) {
            return List.of();
        }
        return takePool();
    }

    List<Slot> takePool() {
        List<Slot> all = List.copyOf(pool);
        pool.clear();
        return all;
    }

    /** @return whether the chunk is kept until the request is read; so it is still here */
    boolean keeps(ObjectKey key) {
        return kept.containsKey(key);
    }

    /** Keeps a chunk until the request is read; once, however often it is asked for. */
    void keep(ObjectKey key, ObjectIndex<Slot>.Pin pin) {
        kept.put(key, pin);
    }

    /** What is kept has served. */
    void markKeptAsRead() {
        kept.values().forEach(pin -> pin.value().markRead());
    }

    /** @return keys that are not kept any more */
    List<ObjectKey> letGo() {
        kept.values().forEach(ObjectIndex.Pin::close);
        List<ObjectKey> keys = List.copyOf(kept.keySet());
        kept.clear();
        return keys;
    }

    /** @return whether all of its chunks were announced and all of its transfers have ended */
    boolean isComplete() {
        return announced >= totalChunks && openTransfers == 0;
    }

    /**
     * @param leaseNanos how long an incomplete request outlives its sender's last sign of life
     * @param requestLeaseNanos how long any request outlives its last transfer
     * @return whether nobody needs to wait for this request any longer
     */
    boolean isOver(long nowNanos, long leaseNanos, long requestLeaseNanos) {
        return openTransfers == 0
                && (nowNanos - lastTransferNanos > requestLeaseNanos
                        || !isComplete() && nowNanos - lastSignNanos > leaseNanos);
    }

    boolean hasOpenTransfers() {
        return openTransfers > 0;
    }

    void markRead() {
        read = true;
    }

    boolean isRead() {
        return read;
    }
}
