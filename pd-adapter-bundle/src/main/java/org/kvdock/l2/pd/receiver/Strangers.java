package org.kvdock.l2.pd.receiver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.pd.HoldingsRef;
import org.kvdock.l2.pd.net.Reactor;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.pd.wire.ProtocolException;
import org.kvdock.l2.pd.zmq.AllocPort;

/**
 * Answers LMCache's words on the alloc port. Slots that are reserved here can only be written and committed over a
 * transfer connection of their own sender, so a stranger's lapse with their lease.
 */
final class Strangers implements AllocPort.Service {
    private static final long WAIT_MILLIS = 5000;

    private final ObjectIndex<Slot> index;
    private final HoldingsRef holdings;
    private final Reactor reactor;
    private final Desk desk;
    private final Requests requests;
    private final Arena arena;
    private final AtomicLong next = new AtomicLong();
    // The reactor's thread only.
    private int keysUnderWay;

    Strangers(
            ObjectIndex<Slot> index, HoldingsRef holdings, Reactor reactor, Desk desk, Requests requests, Arena arena) {
        this.index = index;
        this.holdings = holdings;
        this.reactor = reactor;
        this.desk = desk;
        this.requests = requests;
        this.arena = arena;
    }

    @Override
    public void serve(String type, Fields request, AllocPort.Caller caller) throws ProtocolException {
        Question question = Question.of(type, request);
        if (question instanceof Question.Held held) {
            query(held, caller);
        } else if (question instanceof Question.Room room) {
            allocate(room, caller);
        } else {
            RequestName name = new RequestName(caller.name(), ((Question.Cancelled) question).requestId());
            reactor.execute(() -> {
                requests.cancel(name);
                desk.settle();
            });
        }
    }

    private void query(Question.Held question, AllocPort.Caller caller) {
        List<ObjectKey> keys = question.keys();
        Bitmap held = index.held(keys);
        // L1 says what it holds only to one who pins; this one lets go at once.
        String nobody = "cache-query-" + next.getAndIncrement();
        List<ObjectKey> distinct = keys.stream().distinct().toList();
        Bitmap pinned = holdings.pin(nobody, distinct);
        holdings.unpin(nobody);
        List<ObjectKey> inL1 = pinned.gather(distinct);
        List<String> cached = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (held.test(i) || inL1.contains(keys.get(i))) {
                cached.add(keys.get(i).toString());
                indexes.add(i);
            }
        }
        MessageWriter answer = new MessageWriter("CacheQueryResponse", question.id().isPresent() ? 3 : 2)
                .texts("cached_keys", cached)
                .integers("cached_indexes", indexes.stream().mapToInt(Integer::intValue).toArray());
        question.id().ifPresent(id -> answer.number("id", id));
        caller.answer(answer.bytes());
    }

    private void allocate(Question.Room question, AllocPort.Caller caller) {
        Message.Reserve reserve = new Message.Reserve(
                next.getAndIncrement(),
                0,
                question.requestId(),
                question.lastBatch(),
                question.totalChunks(),
                WAIT_MILLIS,
                question.keys(),
                question.lengths(),
                KvLayout.OPAQUE);
        RequestName name = new RequestName(caller.name(), reserve.requestId());
        Asked asked = new Asked(caller, arena, question.keys().size());
        reactor.execute(() -> reserve(asked, name, reserve));
    }

    private void reserve(Asked asked, RequestName name, Message.Reserve reserve) {
        InboundTransfer transfer = new InboundTransfer(asked, name, reserve, System.nanoTime());
        int after = keysUnderWay + transfer.weight();
        if (after > Limits.KEYS_UNDER_WAY) {
            asked.caller.refuse("keys under way: " + after + " of all who ask here are not allowed, must be at most "
                    + Limits.KEYS_UNDER_WAY);
            return;
        }
        keysUnderWay = after;
        desk.reserve(transfer);
    }

    /** One AllocRequest: answered when every key is decided. For the reactor's thread. */
    private final class Asked implements TransferOwner {
        private final AllocPort.Caller caller;
        private final Arena arena;
        // By index; 0 for a key that is here already.
        private final long[] slots;
        private final List<Integer> alreadySent = new ArrayList<>();
        private int left;

        Asked(AllocPort.Caller caller, Arena arena, int keys) {
            this.caller = caller;
            this.arena = arena;
            this.slots = new long[keys];
            this.left = keys;
        }

        @Override
        public Arena arena() {
            return arena;
        }

        @Override
        public boolean writesInPlace() {
            return false;
        }

        @Override
        public boolean isWritten(Grant grant) {
            return true;
        }

        @Override
        public boolean mayStillWrite(Grant grant) {
            return false;
        }

        @Override
        public void allocated(InboundTransfer transfer, List<Grant> grants, int[] already) {
            grants.forEach(grant -> slots[grant.index] = grant.number);
            for (int index : already) {
                alreadySent.add(index);
            }
            left -= grants.size() + already.length;
            if (left == 0) {
                caller.answer(new MessageWriter("AllocResponse", 2)
                        .numbers("remote_indexes", Arrays.stream(slots).filter(slot -> slot != 0).toArray())
                        .integers("already_sent_indexes", alreadySent.stream().mapToInt(Integer::intValue).sorted().toArray())
                        .bytes());
            }
        }

        @Override
        public void refused(InboundTransfer transfer, ErrorCode code, String text) {
            caller.refuse(text);
        }

        @Override
        public void ended(InboundTransfer transfer) {
            keysUnderWay -= transfer.weight();
        }

        @Override
        public void lapsed(InboundTransfer transfer) {}
    }
}
