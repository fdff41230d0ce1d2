package org.kvdock.host.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.kvdock.host.RequestStored;
import org.kvdock.host.l1.L1Entry;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskResult;

/**
 * One request on its way to L2. Made by the writer's thread, then confined to the store controller's. Its entries are
 * read-locked until the last adapter has finished.
 */
public final class StoreJob {
    final String requestId;
    final int totalKeys;
    /** The keys that were written, a prefix of the request's. */
    final List<ObjectKey> keys;
    final List<L1Entry> entries;
    final CompletableFuture<RequestStored> stage = new CompletableFuture<>();
    Runnable completed = () -> {};
    /** Pieces that an adapter has accepted and not finished: their buffers are its to read (R7). */
    int atAdapters;
    private final Map<Berth, Bitmap> stored = new HashMap<>();
    private final Bitmap moved;
    private long bytesMoved;
    private int open;
    private String error;

    /**
     * @param totalKeys how many keys the request has
     * @param keys those that are to be stored, the first ones
     * @param entries one for each of these, read-locked for this job
     */
    public StoreJob(String requestId, int totalKeys, List<ObjectKey> keys, List<L1Entry> entries) {
        this.requestId = requestId;
        this.totalKeys = totalKeys;
        this.keys = List.copyOf(keys);
        this.entries = List.copyOf(entries);
        this.moved = new Bitmap(totalKeys);
    }

    public CompletableFuture<RequestStored> stage() {
        return stage;
    }

    /** Some of a job's keys for one adapter: all of them, or a part where the adapter cannot take them at once. */
    record Piece(StoreJob job, Berth berth, int from, int to, boolean last) {
        int size() {
            return to - from;
        }
    }

    Piece whole(Berth berth) {
        stored.put(berth, new Bitmap(totalKeys));
        open++;
        return new Piece(this, berth, 0, keys.size(), true);
    }

    List<Piece> halves(Piece piece) {
        int middle = (piece.from + piece.to) >>> 1;
        open++;
        return List.of(
                new Piece(this, piece.berth, piece.from, middle, false),
                new Piece(this, piece.berth, middle, piece.to, piece.last));
    }

    /** @return whether this was the last piece of all adapters */
    boolean finished(Piece piece, TaskResult result) {
        if (result.bitmap().length() != piece.size() || result.moved().length() != piece.size()) {
            return failed(piece, "a result for " + result.bitmap().length() + " keys, of a task of " + piece.size());
        }
        Bitmap bits = stored.get(piece.berth);
        result.bitmap().indices().forEach(i -> bits.set(piece.from + i));
        result.moved().indices().forEach(i -> moved.set(piece.from + i));
        bytesMoved += result.bytesMoved();
        if (!result.success()) {
            note(piece.berth.name() + ": " + result.outcome() + " " + result.error() + ": " + result.errorText());
        }
        return --open == 0;
    }

    /** @return whether this was the last piece of all adapters */
    boolean failed(Piece piece, String why) {
        note(piece.berth.name() + ": " + why);
        return --open == 0;
    }

    void note(String why) {
        if (error == null) {
            error = why;
        }
    }

    RequestStored outcome() {
        Bitmap everywhere = stored.isEmpty() ? new Bitmap(totalKeys) : Bitmap.ones(totalKeys);
        for (Bitmap bits : stored.values()) {
            everywhere = everywhere.and(bits);
        }
        return new RequestStored(requestId, everywhere, moved, bytesMoved, Optional.ofNullable(error));
    }
}
