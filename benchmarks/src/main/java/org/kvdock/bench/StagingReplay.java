package org.kvdock.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.kvdock.cli.workload.Request;
import org.kvdock.cli.workload.Workload;

/**
 * A receiver's staging under a workload, in the workload's own time: requests arrive when they do, get room for all of
 * their chunks that are not staged yet or wait in line, and are read some time after they were admitted; a chunk leaves
 * with the last request that needs it. Requests of two models alternate, each with its own length of chunk. The same
 * workload gives the same numbers on every machine.
 */
final class StagingReplay {
    private static final int LEAST_HOLD_MILLIS = 5_000;
    private static final int HOLD_SPREAD_MILLIS = 30_000;
    private static final int SENDERS = 2;

    /**
     * @param requests all of them
     * @param waited those that did not get in at once
     * @param blocked those that did not get in though as many bytes as they need were free
     * @param waitedMillis waiting, all requests together
     * @param blockedMillis that part of it in which the first in line needed no more bytes than were free
     * @param leastFree in bytes, the least that was free when somebody was blocked; the capacity if nobody was
     * @param mostTaken in bytes
     * @param meanTakenWaiting bytes that were taken, on average over the time in which somebody waited
     * @param leastRunShare of all moments in which somebody waited, the least that the longest free run was of a chunk that he
     *     needed; 1 and more: a chunk fits
     */
    record Outcome(
            int requests, int waited, int blocked, long waitedMillis, long blockedMillis, long leastFree, long mostTaken,
            double meanTakenWaiting, double leastRunShare) {}

    private static final class Chunk {
        private int users;
        private Runnable giveBack;
    }

    private record Reading(long atMillis, int request) {}

    private final Workload workload;
    private final int[] chunkBytes;
    private final StagingRoom room;
    private final Map<Long, Chunk> staged = new HashMap<>();
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
    private final PriorityQueue<Reading> readings =
            new PriorityQueue<>((a, b) -> a.atMillis != b.atMillis ? Long.compare(a.atMillis, b.atMillis) : a.request - b.request);
    private final boolean[] wasBlocked;
    private long takenBytes;
    private long mostTaken;
    private int waited;
    private long waitedMillis;
    private long blockedMillis;
    private long blockedSince = -1;
    private long lastMillis;
    private double takenByteMillis;
    private long lineMillis;
    private long leastFree;
    private double leastRunShare = Double.POSITIVE_INFINITY;

    private StagingReplay(Workload workload, int[] chunkBytes, StagingRoom room) {
        this.workload = workload;
        this.chunkBytes = chunkBytes;
        this.room = room;
        this.wasBlocked = new boolean[workload.requests().size()];
        this.leastFree = room.freeBytes();
    }

    /** @param chunkBytes the lengths of the models' chunks */
    static Outcome run(Workload workload, int[] chunkBytes, StagingRoom room) {
        return new StagingReplay(workload, chunkBytes, room).run();
    }

    private Outcome run() {
        List<Request> requests = workload.requests();
        for (int i = 0; i < requests.size(); i++) {
            long now = requests.get(i).arrivalMillis();
            readUntil(now);
            pass(now);
            waiting.add(i);
            admit(now);
            waited += waiting.isEmpty() ? 0 : 1;
        }
        readUntil(Long.MAX_VALUE);
        if (!waiting.isEmpty() || takenBytes != 0) {
            throw new IllegalStateException(waiting.size() + " requests never got in, " + takenBytes + " bytes were never given back");
        }
        return new Outcome(
                requests.size(), waited, (int) IntStream.range(0, wasBlocked.length).filter(i -> wasBlocked[i]).count(),
                waitedMillis, blockedMillis, leastFree, mostTaken,
                lineMillis == 0 ? 0 : takenByteMillis / lineMillis, leastRunShare);
    }

    private void readUntil(long nowMillis) {
        while (!readings.isEmpty() && readings.peek().atMillis <= nowMillis) {
            Reading reading = readings.poll();
            pass(reading.atMillis);
            Request request = workload.requests().get(reading.request);
            for (int i = 0; i < request.size(); i++) {
                long key = key(reading.request, request.block(i));
                Chunk chunk = staged.get(key);
                if (--chunk.users == 0) {
                    staged.remove(key);
                    chunk.giveBack.run();
                    takenBytes -= length(reading.request);
                }
            }
            admit(reading.atMillis);
        }
    }

    private void pass(long nowMillis) {
        if (!waiting.isEmpty()) {
            lineMillis += nowMillis - lastMillis;
            takenByteMillis += (double) takenBytes * (nowMillis - lastMillis);
        }
        lastMillis = nowMillis;
    }

    private void admit(long nowMillis) {
        if (blockedSince >= 0) {
            blockedMillis += nowMillis - blockedSince;
            blockedSince = -1;
        }
        while (!waiting.isEmpty()) {
            int index = waiting.peek();
            Request request = workload.requests().get(index);
            List<Long> missing = new ArrayList<>();
            for (int i = 0; i < request.size(); i++) {
                long key = key(index, request.block(i));
                if (!staged.containsKey(key)) {
                    missing.add(key);
                }
            }
            int[] lengths = new int[missing.size()];
            Arrays.fill(lengths, length(index));
            List<Runnable> taken = room.take(index % SENDERS, lengths);
            if (taken == null) {
                notAdmitted(index, (long) lengths.length * length(index), nowMillis);
                return;
            }
            waiting.poll();
            waitedMillis += nowMillis - request.arrivalMillis();
            admitted(request, index, missing, taken, nowMillis);
        }
    }

    private void notAdmitted(int index, long wanted, long nowMillis) {
        leastRunShare = Math.min(leastRunShare, (double) room.longestFree(index % SENDERS) / length(index));
        if (wanted <= room.freeBytes()) {
            wasBlocked[index] = true;
            blockedSince = nowMillis;
            leastFree = Math.min(leastFree, room.freeBytes());
        }
    }

    private void admitted(Request request, int index, List<Long> missing, List<Runnable> taken, long nowMillis) {
        for (int i = 0; i < missing.size(); i++) {
            Chunk chunk = new Chunk();
            chunk.giveBack = taken.get(i);
            staged.put(missing.get(i), chunk);
        }
        takenBytes += (long) missing.size() * length(index);
        mostTaken = Math.max(mostTaken, takenBytes);
        for (int i = 0; i < request.size(); i++) {
            staged.get(key(index, request.block(i))).users++;
        }
        // Longer and shorter stays, as requests have them; the same each time.
        long hold = LEAST_HOLD_MILLIS + Math.floorMod(request.line() * 0x9E3779B97F4A7C15L >>> 16, HOLD_SPREAD_MILLIS);
        readings.add(new Reading(nowMillis + hold, index));
    }

    // Two requests of one sender in a row are of different models.
    private int model(int index) {
        return index / SENDERS % chunkBytes.length;
    }

    private int length(int index) {
        return chunkBytes[model(index)];
    }

    // A block of one model is none of the other's, and one sender's is written once whoever sends it.
    private long key(int index, long block) {
        return block * chunkBytes.length + model(index);
    }
}
