package org.kvdock.l2.pd.receiver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.pd.HoldingsRef;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;

/**
 * Decides whether a request gets in: with room for all of its chunks that are not here, or not at all. Whoever does not
 * get in holds nothing afterwards. For the reactor's thread.
 */
final class Admission {
    /** What was decided. */
    enum Verdict {
        ADMITTED, NO_ROOM, TOO_LARGE
    }

    /**
     * @param request the admitted request, else null
     * @param slots memory of each chunk that is not here, by its index; the desk takes them out
     * @param inL1 chunks that L1 holds, pinned for the request; null if L1 was not asked
     */
    record Decision(Verdict verdict, Request request, Map<Integer, Slot> slots, Bitmap inL1) {
        static Decision no(Verdict verdict) {
            return new Decision(verdict, null, Map.of(), null);
        }
    }

    private final ObjectIndex<Slot> index;
    private final Staging staging;
    private final HoldingsRef holdings;
    private final Stock stock;
    // Nobody can name a request so.
    private final String trial = "admission-" + UUID.randomUUID() + "-";
    private long trials;

    Admission(ObjectIndex<Slot> index, Staging staging, HoldingsRef holdings, Stock stock) {
        this.index = index;
        this.staging = staging;
        this.holdings = holdings;
        this.stock = stock;
    }

    /** @return whether the transfer can do without new room, so that it passes those who wait for some */
    boolean needsNothing(InboundTransfer transfer) {
        return transfer.totalChunks == transfer.size() && index.held(transfer.keys).all();
    }

    boolean isTooLarge(InboundTransfer transfer) {
        int[] wanted = wanted(transfer, index.held(transfer.keys));
        if (wanted != null && staging.couldHold(wanted)) {
            return false;
        }
        // L1 may hold what staging cannot; then the transfer may wait until it is looked at.
        return !holdings.present() || !transfer.request.isNamed() || wanted == null;
    }

    Decision decide(InboundTransfer transfer) {
        Bitmap here = index.held(transfer.keys);
        int[] wanted = wanted(transfer, here);
        if (wanted == null) {
            return Decision.no(Verdict.TOO_LARGE);
        }
        List<Slot> slots = take(transfer, wanted);
        if (slots != null) {
            return admitted(transfer, here, slots, null);
        }
        boolean couldHold = staging.couldHold(wanted);
        if (transfer.request.isNamed() && holdings.present()) {
            // Not under the request's name yet: others may have pins under it, which must not end with these.
            String name = trial + trials++;
            Bitmap inL1 = pinInL1(transfer, here, name);
            wanted = wanted(transfer, here.or(inL1));
            slots = take(transfer, wanted);
            if (slots != null) {
                pinInL1(transfer, here, transfer.request.id());
            }
            holdings.unpin(name);
            if (slots != null) {
                return admitted(transfer, here.or(inL1), slots, inL1);
            }
            couldHold = staging.couldHold(wanted);
        }
        return Decision.no(couldHold ? Verdict.NO_ROOM : Verdict.TOO_LARGE);
    }

    // Lengths of the chunks that are not here, then room for those that later batches announce, each as long as the
    // longest of this one; null if that is more than staging by far.
    private int[] wanted(InboundTransfer transfer, Bitmap here) {
        int longest = 0;
        for (int length : transfer.lengths) {
            longest = Math.max(longest, length);
        }
        int later = longest == 0 ? 0 : transfer.totalChunks - transfer.size();
        if ((long) later * longest > staging.capacity()) {
            return null;
        }
        int[] wanted = new int[transfer.size() - here.count() + later];
        int at = 0;
        for (int i = 0; i < transfer.size(); i++) {
            if (!here.test(i)) {
                wanted[at++] = transfer.lengths[i];
            }
        }
        while (at < wanted.length) {
            wanted[at++] = longest;
        }
        return wanted;
    }

    private List<Slot> take(InboundTransfer transfer, int[] wanted) {
        List<Slot> slots = staging.takeAll(transfer.owner.arena(), wanted);
        while (slots == null && stock.evictOne()) {
            slots = staging.takeAll(transfer.owner.arena(), wanted);
        }
        return slots;
    }

    private Decision admitted(InboundTransfer transfer, Bitmap here, List<Slot> slots, Bitmap inL1) {
        Map<Integer, Slot> byIndex = new HashMap<>();
        int at = 0;
        for (int i = 0; i < transfer.size(); i++) {
            if (!here.test(i)) {
                byIndex.put(i, slots.get(at++));
            }
        }
        List<Slot> pool = new ArrayList<>(slots.subList(at, slots.size()));
        Request request = new Request(transfer.request, transfer.totalChunks, pool, System.nanoTime());
        return new Decision(Verdict.ADMITTED, request, byIndex, inL1);
    }

    /**
     * Pins what L1 holds for the request, before anybody is told that it is here.
     *
     * @param decision what {@link #decide} said for this transfer; null for a request's later transfer
     * @return indexes of chunks that L1 holds and staging does not
     */
    List<Integer> inL1(InboundTransfer transfer, Request request, Decision decision) {
        if (!transfer.request.isNamed()) {
            return List.of();
        }
        Bitmap held = Optional.ofNullable(decision)
                .map(Decision::inL1)
                .orElseGet(() -> pinInL1(transfer, index.held(transfer.keys), transfer.request.id()));
        return held.indices().boxed().toList();
    }

    private Bitmap pinInL1(InboundTransfer transfer, Bitmap here, String name) {
        Bitmap inL1 = new Bitmap(transfer.size());
        Map<ObjectKey, List<Integer>> positions = new HashMap<>();
        List<ObjectKey> distinct = new ArrayList<>();
        for (int i = 0; i < transfer.size(); i++) {
            if (!here.test(i)) {
                ObjectKey key = transfer.keys.get(i);
                positions.computeIfAbsent(key, k -> {
                    distinct.add(k);
                    return new ArrayList<>();
                }).add(i);
            }
        }
        Bitmap bits = holdings.pin(name, distinct);
        bits.indices().forEach(at -> positions.get(distinct.get(at)).forEach(inL1::set));
        return inL1;
    }
}
