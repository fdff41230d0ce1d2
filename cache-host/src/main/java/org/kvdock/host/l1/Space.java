package org.kvdock.host.l1;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.kvdock.host.l1.Slab.Range;
import org.kvdock.l2.ObjectKey;

/**
 * What the chunks of an L1 take, and what its bounds leave: memory, number, share of each salt. A chunk counts from its
 * reservation until its memory is free. Guarded by the lock of L1.
 */
final class Space {
    final L1Limits limits;
    private final Slabs slabs;
    private final Map<String, SaltShare> shares = new HashMap<>();
    private long chunks;
    private long bytes;
    private long memoryRefused;

    Space(L1Limits limits) {
        this.limits = limits;
        this.slabs = new Slabs(limits.slabBytes(), limits.maxBytes());
    }

    /** @return whether a chunk of this length could ever be taken in, were everything else to leave */
    boolean couldHold(String salt, int length) {
        return Slabs.aligned(length) <= limits.maxBytes() && length <= limits.quotaOf(salt) && limits.maxObjects() > 0;
    }

    /** @return the salt's share if its quota has no room for so much more; empty if it has */
    Optional<SaltShare> shareInTheWay(String salt, int length) {
        SaltShare share = shares.get(salt);
        return share == null || share.bytes + length <= share.quotaBytes ? Optional.empty() : Optional.of(share);
    }

    boolean isFull() {
        return chunks >= limits.maxObjects();
    }

    boolean isAbove(int percent) {
        return limits.isAbove(percent, chunks, bytes);
    }

    /** @return a place for a chunk that number and quota allow; empty if there is no memory free for it */
    Optional<L1Entry> place(ObjectKey key, int length, boolean temporary) {
        Range range = null;
        if (length > 0) {
            Optional<Range> found = slabs.allocate(length);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            range = found.get();
        }
        SaltShare share = shares.computeIfAbsent(key.salt(), salt -> new SaltShare(salt, limits.quotaOf(salt)));
        share.chunks++;
        share.bytes += length;
        chunks++;
        bytes += length;
        return Optional.of(new L1Entry(key, length, temporary, range, share));
    }

    /** The entry's memory is free for others. */
    void free(L1Entry entry) {
        entry.state = L1Entry.State.GONE;
        SaltShare share = entry.share;
        share.bytes -= entry.length;
        share.chunks--;
        chunks--;
        bytes -= entry.length;
        // Salts come from users: those without a chunk must not pile up.
        if (share.chunks == 0) {
            shares.remove(share.salt, share);
        }
        if (entry.range != null) {
            slabs.free(entry.range);
        }
    }

    boolean canGrow(int length) {
        return slabs.canGrow(length);
    }

    /** See {@link Slabs#claimGrowth}. */
    int claimGrowth(int length) {
        return slabs.claimGrowth(length);
    }

    /** See {@link Slabs#grow}. */
    void grow(int claimed, ByteBuffer memory) {
        slabs.grow(claimed, memory);
        memoryRefused += memory == null ? 1 : 0;
    }

    long memoryBytes() {
        return slabs.totalBytes();
    }

    long memoryRefused() {
        return memoryRefused;
    }

    /** Bytes of a salt's chunks. */
    long bytesOf(String salt) {
        SaltShare share = shares.get(salt);
        return share == null ? 0 : share.bytes;
    }

    void clear() {
        slabs.clear();
    }
}
