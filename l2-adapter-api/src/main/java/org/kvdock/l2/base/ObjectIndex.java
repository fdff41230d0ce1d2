package org.kvdock.l2.base;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.Usage;
import org.kvdock.l2.journal.JournalWriter;
import org.kvdock.l2.journal.TimeSource;

/**
 * Which objects an adapter holds itself, what is locked, and in which order they came. Each change is in the journal
 * before anybody can see it, and both happen under one lock, so the journal's order is the real one.
 *
 * <p>All fields are guarded by this object's monitor. Nothing is called under it but the journal's append; it is never
 * held during I/O (R2). Safe for all threads.
 *
 * @param <V> where the adapter keeps an object: a buffer, a file, a slot
 */
public final class ObjectIndex<V> {
    private static final int MAX_PAGE = 10_000;
    /** Keys in one unlock record; even the longest ones stay far below the longest record. */
    private static final int UNLOCKS_PER_RECORD = 4096;

    private final JournalWriter journal;
    private final TimeSource time;
    private final long leaseNanos;
    private final IndexEvents events;
    private final Map<ObjectKey, Entry<V>> byKey = new HashMap<>();
    private final TreeMap<Long, Entry<V>> byAge = new TreeMap<>();
    // Locked entries, the longest untouched first: the head is the next lease to end.
    private final LinkedHashSet<Entry<V>> locked = new LinkedHashSet<>();
    private long nextAge;
    private long bytes;
    private long locks;

    /** Told of changes. */
    interface IndexEvents {
        /** Called outside the lock. */
        void published(ObjectKey key, long bytes);

        /** Called outside the lock. */
        void removed(ObjectKey key, RemovalReason reason);

        /** A change that could not wait for the journal is not in it. Called under the lock: must take no other. */
        void unrecorded(Throwable thrown);
    }

    private static final class Entry<V> {
        final ObjectKey key;
        final long age;
        final long bytes;
        final int checksum;
        final V value;
        long locks;
        int pins;
        long leaseEndNanos;

        Entry(ObjectKey key, long age, long bytes, int checksum, V value) {
            this.key = key;
            this.age = age;
            this.bytes = bytes;
            this.checksum = checksum;
            this.value = value;
        }
    }

    /**
     * An object that left the index; its memory is the adapter's again.
     *
     * @param key its key
     * @param bytes its length
     * @param value where it is kept
     */
    public record Removed<V>(ObjectKey key, long bytes, V value) {}

    /** Keeps an object from being removed while the adapter reads it. Not a lock of the contract: no journal, no lease. */
    public final class Pin implements AutoCloseable {
        private Entry<V> entry;

        private Pin(Entry<V> entry) {
            this.entry = entry;
        }

        /** @return where the object is kept */
        public V value() {
            return entry.value;
        }

        /** @return the object's length */
        public long bytes() {
            return entry.bytes;
        }

        /** @return CRC-32C of the object's bytes, 0 if the adapter has none */
        public int checksum() {
            return entry.checksum;
        }

        @Override
        public void close() {
            synchronized (ObjectIndex.this) {
                if (entry != null) {
                    entry.pins--;
                    entry = null;
                }
            }
        }
    }

    ObjectIndex(JournalWriter journal, TimeSource time, long leaseNanos, IndexEvents events) {
        this.journal = journal;
        this.time = time;
        this.leaseNanos = leaseNanos;
        this.events = events;
    }

    /**
     * Makes an object visible to lookups. Its bytes must all be there and verified (R10).
     *
     * @param key its key
     * @param length its length in bytes
     * @param checksum CRC-32C of its bytes, 0 if the adapter has none
     * @param place where it is kept, as a number that means something after a restart; 0 if nothing does
     * @param value where it is kept
     * @return false if the key was there already; then nothing changed
     * @throws JournalUnavailableException if the journal does not have it; then nothing changed
     */
    public boolean publish(ObjectKey key, long length, int checksum, long place, V value) {
        synchronized (this) {
            if (byKey.containsKey(key)) {
                return false;
            }
            journal.keyPublished(key, length, checksum, place);
            Entry<V> entry = new Entry<>(key, nextAge++, length, checksum, value);
            byKey.put(key, entry);
            byAge.put(entry.age, entry);
            bytes += length;
        }
        events.published(key, length);
        return true;
    }

    /** @return whether the key is held */
    public synchronized boolean contains(ObjectKey key) {
        return byKey.containsKey(key);
    }

    /** @return whether the key is held and locked */
    public synchronized boolean isLocked(ObjectKey key) {
        Entry<V> entry = byKey.get(key);
        return entry != null && entry.locks > 0;
    }

    /** @return one bit for each key that is held */
    public synchronized Bitmap held(List<ObjectKey> keys) {
        Bitmap hits = new Bitmap(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            if (byKey.containsKey(keys.get(i))) {
                hits.set(i);
            }
        }
        return hits;
    }

    /** @return the object, kept until the pin is closed; empty if the key is not held */
    public synchronized Optional<Pin> pin(ObjectKey key) {
        Entry<V> entry = byKey.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        entry.pins++;
        return Optional.of(new Pin(entry));
    }

    /**
     * Removes an object.
     *
     * @return it, or empty if it is not held, locked or pinned
     */
    public Optional<Removed<V>> remove(ObjectKey key, RemovalReason reason) {
        Entry<V> entry;
        synchronized (this) {
            entry = byKey.get(key);
            if (entry == null || entry.locks > 0 || entry.pins > 0) {
                return Optional.empty();
            }
            drop(entry, reason);
        }
        events.removed(key, reason);
        return Optional.of(new Removed<>(entry.key, entry.bytes, entry.value));
    }

    /** Removes the object that came first among those that are neither locked nor pinned; empty if there is none. */
    public Optional<Removed<V>> evictOldest(RemovalReason reason) {
        Entry<V> oldest = null;
        synchronized (this) {
            for (Entry<V> entry : byAge.values()) {
                if (entry.locks == 0 && entry.pins == 0) {
                    oldest = entry;
                    break;
                }
            }
            if (oldest == null) {
                return Optional.empty();
            }
            drop(oldest, reason);
        }
        events.removed(oldest.key, reason);
        return Optional.of(new Removed<>(oldest.key, oldest.bytes, oldest.value));
    }

    private void drop(Entry<V> entry, RemovalReason reason) {
        byKey.remove(entry.key);
        byAge.remove(entry.age);
        bytes -= entry.bytes;
        try {
            journal.keyRemoved(entry.key, reason);
        } catch (RuntimeException | Error e) {
            // The bytes go all the same, and their memory is the adapter's again.
            events.unrecorded(e);
        }
    }

    /** Finds, records and locks in one step; the caller's record is not written if it throws. */
    synchronized void lockHits(List<ObjectKey> keys, Consumer<Bitmap> record) {
        Bitmap hits = held(keys);
        record.accept(hits);
        long leaseEnd = time.nanos() + leaseNanos;
        hits.indices().forEach(i -> {
            Entry<V> entry = byKey.get(keys.get(i));
            entry.locks++;
            entry.leaseEndNanos = leaseEnd;
            locked.remove(entry);
            locked.add(entry);
        });
        locks += hits.count();
    }

    /**
     * Takes back one lock for each key that has one; never refused, not by the journal either (R9).
     *
     * @return keys whose last lock this was, each once
     */
    List<ObjectKey> unlock(List<ObjectKey> keys) {
        List<ObjectKey> free = new ArrayList<>();
        // One record has a bound, and the caller's list has none.
        for (int from = 0; from < keys.size(); from += UNLOCKS_PER_RECORD) {
            unlock(keys.subList(from, Math.min(keys.size(), from + UNLOCKS_PER_RECORD)), free);
        }
        return free;
    }

    private synchronized void unlock(List<ObjectKey> keys, List<ObjectKey> free) {
        Bitmap effective = new Bitmap(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            Entry<V> entry = byKey.get(keys.get(i));
            if (entry != null && entry.locks > 0) {
                effective.set(i);
                locks--;
                if (--entry.locks == 0) {
                    locked.remove(entry);
                    free.add(entry.key);
                }
            }
        }
        try {
            journal.unlocked(keys, effective);
        } catch (RuntimeException | Error e) {
            events.unrecorded(e);
        }
    }

    /**
     * Ends the locks of objects whose lease is over (R9). One that the journal does not take stays for the next time.
     *
     * @param free receives keys whose locks ended, each once
     * @throws JournalUnavailableException if the journal did not take one of them
     */
    synchronized void endLeases(List<ObjectKey> free) {
        long now = time.nanos();
        while (!locked.isEmpty()) {
            Entry<V> entry = locked.iterator().next();
            if (entry.leaseEndNanos - now > 0) {
                break;
            }
            journal.leaseEnded(entry.key, entry.locks);
            locked.remove(entry);
            locks -= entry.locks;
            entry.locks = 0;
            free.add(entry.key);
        }
    }

    /** @return whether an object is locked, so that a lease can end */
    synchronized boolean hasLocks() {
        return !locked.isEmpty();
    }

    /** @return locks held, all objects together */
    public synchronized long locks() {
        return locks;
    }

    /** @return number of objects */
    public synchronized int size() {
        return byKey.size();
    }

    /** @return bytes of all objects */
    public synchronized long bytes() {
        return bytes;
    }

    synchronized Usage usage(long capacityBytes) {
        Map<String, Long> bySalt = new HashMap<>();
        for (Entry<V> entry : byKey.values()) {
            bySalt.merge(entry.key.salt(), entry.bytes, Long::sum);
        }
        return new Usage(bytes, byKey.size(), bySalt, capacityBytes);
    }

    synchronized KeyPage page(Optional<String> cursor, int pageSize) {
        if (pageSize < 1 || pageSize > MAX_PAGE) {
            throw new BadArgumentException("pageSize", pageSize, "1 to " + MAX_PAGE);
        }
        List<ObjectKey> page = new ArrayList<>();
        for (Map.Entry<Long, Entry<V>> held : byAge.tailMap(cursor.map(ObjectIndex::age).orElse(-1L), false).entrySet()) {
            if (page.size() == pageSize) {
                return new KeyPage(page, Optional.of(Long.toString(byKey.get(page.get(pageSize - 1)).age)));
            }
            page.add(held.getValue().key);
        }
        return new KeyPage(page, Optional.empty());
    }

    private static long age(String cursor) {
        try {
            long age = Long.parseLong(cursor);
            if (age >= 0) {
                return age;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new BadArgumentException("cursor", cursor, "what the page before said");
    }

    synchronized Map<ObjectKey, Long> lengths() {
        Map<ObjectKey, Long> all = new HashMap<>();
        byKey.forEach((key, entry) -> all.put(key, entry.bytes));
        return all;
    }

    synchronized Map<ObjectKey, Long> lockCounts() {
        Map<ObjectKey, Long> counts = new HashMap<>();
        locked.forEach(entry -> counts.put(entry.key, entry.locks));
        return counts;
    }
}
