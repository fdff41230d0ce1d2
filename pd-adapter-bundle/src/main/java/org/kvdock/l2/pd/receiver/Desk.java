package org.kvdock.l2.pd.receiver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;
import org.kvdock.l2.pd.wire.Message;

/**
 * Where room is asked for, granted, committed and given back. A request's first transfer gets room for all of the
 * request's chunks or waits, holding nothing; those who wait are served in order. Everything is for the reactor's
 * thread.
 */
final class Desk {
    private final ObjectIndex<Slot> index;
    private final Staging staging;
    private final Admission admission;
    private final Requests requests;
    private final Stock stock;
    private final Timers timers;
    private final Claims claims = new Claims();
    private final Map<Long, Grant> grants = new HashMap<>();
    // In the order in which they came, each with what ends its wait.
    private final Map<InboundTransfer, Runnable> waiting = new LinkedHashMap<>();
    private final Set<InboundTransfer> leased = new LinkedHashSet<>();
    private final Map<InboundTransfer, Request> requestOf = new HashMap<>();
    private final Set<InboundTransfer> unanswered = new LinkedHashSet<>();
    private final long leaseNanos;
    private long nextNumber = 1;
    private boolean roomFreed;
    private volatile boolean anybodyWaiting;

    /** Runs jobs later, on the reactor's thread. */
    interface Timers {
        /** @return lets go of the job, if it has not run yet */
        Runnable after(long nanos, Runnable job);
    }

    Desk(
            ObjectIndex<Slot> index, Staging staging, Admission admission, Requests requests, Stock stock,
            long leaseNanos, Timers timers) {
        this.index = index;
        this.staging = staging;
        this.admission = admission;
        this.requests = requests;
        this.stock = stock;
        this.timers = timers;
        this.leaseNanos = leaseNanos;
    }

    // ---- asking ----

    /** Asks for room; the transfer's owner is answered now or later, until every chunk is decided. */
    void reserve(InboundTransfer transfer) {
        if (requests.find(transfer.request).isPresent() || waiting.isEmpty() || admission.needsNothing(transfer)) {
            tryAdmit(transfer);
        } else if (admission.isTooLarge(transfer)) {
            refuse(transfer, ErrorCode.TOO_LARGE, tooLarge(transfer));
        } else {
            enqueue(transfer);
        }
        settle();
    }

    private boolean tryAdmit(InboundTransfer transfer) {
        // Perhaps since another batch of it left the line, with room for this one too.
        Optional<Request> known = requests.find(transfer.request);
        if (known.isPresent()) {
            grant(transfer, known.get(), null);
            return true;
        }
        Admission.Decision decision = admission.decide(transfer);
        switch (decision.verdict()) {
            case ADMITTED -> grant(transfer, decision.request(), decision);
            case TOO_LARGE -> refuse(transfer, ErrorCode.TOO_LARGE, tooLarge(transfer));
            case NO_ROOM -> {
                enqueue(transfer);
                return false;
            }
        }
        return true;
    }

    private void enqueue(InboundTransfer transfer) {
        if (!waiting.containsKey(transfer)) {
            waiting.put(transfer, timers.after(
                    transfer.waitUntilNanos - System.nanoTime(), () -> giveUpWaiting(transfer)));
            anybodyWaiting = true;
        }
    }

    private void waitsNoLonger(InboundTransfer transfer) {
        Runnable stop = waiting.remove(transfer);
        if (stop != null) {
            stop.run();
        }
    }

    private void giveUpWaiting(InboundTransfer transfer) {
        if (waiting.containsKey(transfer)) {
            String trouble = staging.trouble();
            refuse(transfer, ErrorCode.NO_ROOM, (trouble.isEmpty() ? "staging is full: " : "no segment can be made (" + trouble + "): ")
                    + staging.freeBytes() + " of " + staging.capacity() + " bytes are free, " + transfer.totalChunks
                    + " chunks of the request waited in vain for room");
            // Its successor may fit.
            roomFreed = true;
            settle();
        }
    }

    private String tooLarge(InboundTransfer transfer) {
        return transfer.totalChunks + " chunks of the request are more than the staging of " + staging.capacity()
                + " bytes can ever hold";
    }

    private void grant(InboundTransfer transfer, Request request, Admission.Decision decision) {
        requests.admit(request);
        request.begin(transfer, System.nanoTime());
        requestOf.put(transfer, request);
        leased.add(transfer);
        transfer.leaseEndNanos = System.nanoTime() + leaseNanos;
        unanswered.add(transfer);
        admission.inL1(transfer, request, decision).forEach(transfer::answerAlreadySent);
        for (int i = 0; i < transfer.size() && !transfer.ended; i++) {
            ObjectKey key = transfer.keys.get(i);
            Slot reserved = decision == null ? null : decision.slots().remove(i);
            if (transfer.chunks[i] == InboundTransfer.Chunk.DONE) {
                give(reserved);
            } else if (requests.keepIfStaged(request, key)) {
                transfer.answerAlreadySent(i);
                give(reserved);
            } else {
                Slot slot = reserved != null ? reserved : laterSlot(transfer.owner.arena(), request, transfer.lengths[i]);
                if (slot == null) {
                    refuse(transfer, ErrorCode.NO_ROOM, "no room for a chunk of " + transfer.lengths[i]
                            + " bytes: the request's first batch announced less");
                    break;
                }
                if (claims.claim(key, transfer, i)) {
                    answerGranted(transfer, i, slot);
                } else {
                    transfer.chunks[i] = InboundTransfer.Chunk.DEFERRED;
                    transfer.slots[i] = slot;
                }
            }
        }
        if (decision != null) {
            decision.slots().values().forEach(this::give);
        }
        endIfDone(transfer);
    }

    private Slot laterSlot(Arena arena, Request request, int length) {
        Slot slot = request.fromPool(length);
        return slot != null ? slot : staging.take(arena, length);
    }

    private void answerGranted(InboundTransfer transfer, int i, Slot slot) {
        Grant grant = new Grant(nextNumber++, transfer, i, slot);
        grants.put(grant.number, grant);
        transfer.answerGranted(grant);
        unanswered.add(transfer);
    }

    private void give(Slot slot) {
        if (slot != null) {
            staging.give(slot);
            roomFreed = true;
        }
    }

    // ---- writing and committing ----

    /** @return the grant of that number if it is this owner's, null if there is none any more */
    Grant find(long number, TransferOwner owner) {
        Grant grant = grants.get(number);
        return grant != null && grant.transfer.owner == owner ? grant : null;
    }

    /** Bytes of this transfer came. */
    void renew(InboundTransfer transfer) {
        transfer.leaseEndNanos = System.nanoTime() + leaseNanos;
    }

    /** Verifies and publishes what is committed; the others' slots come back. */
    Message.CommitAck commit(TransferOwner owner, Message.Commit commit, boolean epochMatches) {
        List<Long> stored = new ArrayList<>();
        List<Long> refused = new ArrayList<>();
        ErrorCode code = ErrorCode.NONE;
        String text = "";
        for (int i = 0; i < commit.slots().length; i++) {
            Grant grant = find(commit.slots()[i], owner);
            ErrorCode why = ErrorCode.PEER_REFUSED;
            String reason = "slot " + commit.slots()[i] + " is not reserved for this transfer";
            if (!epochMatches) {
                reason = "epoch " + commit.epoch() + " is not this receiver's";
            } else if (grant != null && grant.transfer.id == commit.id()) {
                if (!grant.holds(commit.lengths()[i], commit.checksums()[i])) {
                    why = ErrorCode.CHECKSUM;
                    reason = "the bytes of " + grant.key() + " do not match their length and checksum";
                    withdraw(grant);
                } else {
                    Published published = publish(grant);
                    why = published.code();
                    reason = published.text();
                }
            }
            (why == ErrorCode.NONE ? stored : refused).add(commit.slots()[i]);
            if (code == ErrorCode.NONE && why != ErrorCode.NONE) {
                code = why;
                text = reason;
            }
        }
        return new Message.CommitAck(commit.id(), toArray(stored), toArray(refused), code, text);
    }

    /** @param text why it is not visible, empty if it is */
    private record Published(ErrorCode code, String text) {
        static final Published DONE = new Published(ErrorCode.NONE, "");
    }

    private Published publish(Grant grant) {
        ObjectKey key = grant.key();
        Slot slot = grant.slot;
        slot.setChecksum(grant.checksum());
        // A reader may be faster than what follows.
        slot.setArriving(true);
        stock.published(key, slot, System.nanoTime());
        try {
            if (!index.publish(key, slot.length(), slot.checksum(), slot.place(), slot)) {
                throw new IllegalStateException(key + " was published while it was in flight");
            }
        } catch (RuntimeException | Error e) {
            // Whatever it was: the chunk is not visible, and costs nobody else anything.
            stock.notPublished(key);
            withdraw(grant);
            return e instanceof JournalUnavailableException
                    ? new Published(ErrorCode.JOURNAL_UNAVAILABLE, "the receiver's journal is unavailable")
                    : new Published(ErrorCode.INTERNAL, "the receiver could not publish it: " + e);
        }
        InboundTransfer transfer = grant.transfer;
        grants.remove(grant.number);
        transfer.grants.remove(grant);
        transfer.done(grant.index);
        requests.keepIfStaged(requestOf.get(transfer), key);
        slot.setArriving(false);
        // Who waits for room may need less of it now.
        roomFreed |= !waiting.isEmpty();
        for (Claims.Waiter waiter : claims.settled(key)) {
            InboundTransfer other = waiter.transfer();
            if (!other.ended) {
                give(other.slots[waiter.index()]);
                other.slots[waiter.index()] = null;
                requests.keepIfStaged(requestOf.get(other), key);
                other.answerAlreadySent(waiter.index());
                unanswered.add(other);
                endIfDone(other);
            }
        }
        endIfDone(transfer);
        return Published.DONE;
    }

    // ---- giving up ----

    /** The grant's bytes are damaged: its slot comes back. */
    private void withdraw(Grant grant) {
        give(detach(grant));
        endIfDone(grant.transfer);
    }

    /**
     * Ends a grant that was not committed; whoever waits for its key takes over.
     *
     * @return its slot, null if its owner gives it back later
     */
    private Slot detach(Grant grant) {
        grants.remove(grant.number);
        grant.transfer.grants.remove(grant);
        grant.transfer.done(grant.index);
        Claims.Waiter next = claims.passOn(grant.key());
        if (next != null) {
            Slot slot = next.transfer().slots[next.index()];
            next.transfer().slots[next.index()] = null;
            answerGranted(next.transfer(), next.index(), slot);
        }
        grant.end();
        return grant.transfer.owner.mayStillWrite(grant) ? null : grant.slot;
    }

    /** Nobody writes into the slot of an ended grant any more. */
    void released(Slot slot) {
        give(slot);
        settle();
    }

    /** Ends a transfer; what it committed stays, and its room stays its request's, so that it can be asked for again. */
    void abort(InboundTransfer transfer) {
        if (transfer.ended) {
            return;
        }
        transfer.ended = true;
        waitsNoLonger(transfer);
        leased.remove(transfer);
        unanswered.remove(transfer);
        List<Slot> room = new ArrayList<>();
        for (Grant grant : List.copyOf(transfer.grants)) {
            room.add(detach(grant));
        }
        room.addAll(Arrays.asList(transfer.slots));
        room.removeIf(Objects::isNull);
        Request request = requestOf.remove(transfer);
        if (request != null) {
            request.takeBack(transfer, room);
            requests.ended(request, System.nanoTime());
        }
        transfer.owner.ended(transfer);
    }

    private void refuse(InboundTransfer transfer, ErrorCode code, String text) {
        abort(transfer);
        transfer.owner.refused(transfer, code, text);
    }

    private void endIfDone(InboundTransfer transfer) {
        if (!transfer.ended && transfer.isDone()) {
            transfer.ended = true;
            leased.remove(transfer);
            requests.ended(requestOf.remove(transfer), System.nanoTime());
            transfer.owner.ended(transfer);
        }
    }

    /** Ends what has been silent for too long. */
    void tick(long nowNanos) {
        for (InboundTransfer transfer : List.copyOf(leased)) {
            if (transfer.leaseEndNanos - nowNanos <= 0) {
                abort(transfer);
                transfer.owner.lapsed(transfer);
            }
        }
        requests.age(nowNanos);
        // What was given up may have been unlocked meanwhile.
        roomFreed |= stock.age(nowNanos) || !waiting.isEmpty();
        settle();
    }

    /** Room came back: those who wait are tried again. */
    void roomFreed() {
        roomFreed = true;
    }

    /** Serves those who wait, then answers all whose chunks were decided. Every entry to this class ends with it. */
    void settle() {
        while (roomFreed && !waiting.isEmpty()) {
            roomFreed = false;
            while (!waiting.isEmpty()) {
                InboundTransfer first = waiting.keySet().iterator().next();
                if (!tryAdmit(first)) {
                    break;
                }
                waitsNoLonger(first);
            }
        }
        roomFreed = false;
        anybodyWaiting = !waiting.isEmpty();
        for (InboundTransfer transfer : List.copyOf(unanswered)) {
            transfer.answer();
        }
        unanswered.clear();
    }

    /** @return whether somebody waits for room; safe for all threads */
    boolean isAnybodyWaiting() {
        return anybodyWaiting;
    }

    private static long[] toArray(List<Long> list) {
        return list.stream().mapToLong(Long::longValue).toArray();
    }
}
