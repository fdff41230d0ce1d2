package org.kvdock.l2.pd.receiver;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;

/**
 * What is committed and in staging, and when it goes.
 *
 * <p>A chunk is freed when nobody has it locked, no request that is not yet read needs it (such requests pin it), and it
 * was either loaded under a lock or kept for a request that has been read. What was given up goes when its room is
 * needed, what nobody has asked for when it is old.
 *
 * <p>Safe for all threads. The lists are guarded by this object's monitor, under which nothing else is called.
 */
final class Stock {
    private static final int AGED_AT_ONCE = 1024;

    private record Staged(Slot slot, long sinceNanos) {}

    private final ObjectIndex<Slot> index;
    private final Staging staging;
    private final long longestNanos;
    // The oldest first.
    private final Map<ObjectKey, Staged> staged = new LinkedHashMap<>();
    private final Set<ObjectKey> givenUp = new LinkedHashSet<>();
    private final Map<RemovalReason, Long> freed = new EnumMap<>(RemovalReason.class);

    /** @param longestNanos how long a chunk is kept that nobody asks for */
    Stock(ObjectIndex<Slot> index, Staging staging, long longestNanos) {
        this.index = index;
        this.staging = staging;
        this.longestNanos = longestNanos;
    }

    /** @return the chunk, which stays until the pin is closed; empty if it is not here */
    Optional<ObjectIndex<Slot>.Pin> pin(ObjectKey key) {
        return index.pin(key);
    }

    /** A chunk is committed; before anybody can see it, or it could be gone before it is known here. */
    synchronized void published(ObjectKey key, Slot slot, long nowNanos) {
        staged.put(key, new Staged(slot, nowNanos));
    }

    /** The chunk could not be made visible after all. */
    synchronized void notPublished(ObjectKey key) {
        staged.remove(key);
    }

    /** Chunks that outlived the process that staged them: who waited for them is unknown. */
    void recovered(List<ObjectKey> keys, long nowNanos) {
        for (ObjectKey key : keys) {
            index.pin(key).ifPresent(pin -> {
                published(key, pin.value(), nowNanos);
                pin.close();
            });
        }
        giveUp(keys);
    }

    /** Nobody needs these any more, though nobody has read them: they stay until their room is needed. */
    synchronized void giveUp(List<ObjectKey> keys) {
        for (ObjectKey key : keys) {
            if (staged.containsKey(key)) {
                givenUp.add(key);
            }
        }
    }

    /**
     * Frees those of the keys that nobody needs.
     *
     * @return whether there were any
     */
    boolean free(List<ObjectKey> keys) {
        boolean any = false;
        for (ObjectKey key : keys) {
            Optional<RemovalReason> why = reason(key);
            any |= why.isPresent() && remove(key, why.get());
        }
        return any;
    }

    private Optional<RemovalReason> reason(ObjectKey key) {
        try (ObjectIndex<Slot>.Pin pin = index.pin(key).orElse(null)) {
            if (pin == null) {
                return Optional.empty();
            }
            if (pin.value().isDamaged()) {
                return Optional.of(RemovalReason.DAMAGED);
            }
            return pin.value().isConsumed() ? Optional.of(RemovalReason.CONSUMED) : Optional.empty();
        }
    }

    private boolean remove(ObjectKey key, RemovalReason reason) {
        Optional<ObjectIndex.Removed<Slot>> gone = index.remove(key, reason);
        gone.ifPresent(removed -> removed(removed, reason));
        return gone.isPresent();
    }

    /** A chunk has left the index. */
    void removed(ObjectIndex.Removed<Slot> gone, RemovalReason reason) {
        synchronized (this) {
            freed.merge(reason, 1L, Long::sum);
            // It may be here again already, in another slot.
            Staged now = staged.get(gone.key());
            if (now != null && now.slot() == gone.value()) {
                staged.remove(gone.key());
                givenUp.remove(gone.key());
            }
        }
        staging.give(gone.value());
    }

    /** @return whether a chunk that was given up has made room */
    boolean evictOne() {
        List<ObjectKey> candidates;
        synchronized (this) {
            candidates = new ArrayList<>(givenUp);
        }
        for (ObjectKey key : candidates) {
            if (remove(key, RemovalReason.EVICTED)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Frees what is too old; what is locked or needed then gets another turn.
     *
     * @return whether there was any
     */
    boolean age(long nowNanos) {
        List<Map.Entry<ObjectKey, Staged>> old;
        synchronized (this) {
            old = staged.entrySet().stream()
                    .limit(AGED_AT_ONCE)
                    .filter(each -> nowNanos - each.getValue().sinceNanos() > longestNanos)
                    .map(Map.Entry::copyOf)
                    .toList();
        }
        boolean any = false;
        for (Map.Entry<ObjectKey, Staged> each : old) {
            if (remove(each.getKey(), RemovalReason.AGED)) {
                any = true;
            } else {
                again(each.getKey(), each.getValue().slot(), nowNanos);
            }
        }
        return any;
    }

    private synchronized void again(ObjectKey key, Slot slot, long nowNanos) {
        Staged now = staged.get(key);
        if (now != null && now.slot() == slot) {
            staged.remove(key);
            staged.put(key, new Staged(slot, nowNanos));
        }
    }

    /** @return how many chunks were freed, and why */
    synchronized String freed() {
        return freed.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
