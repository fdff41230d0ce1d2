package org.kvdock.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.pd.channel.LocalSegment;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.staging.SegmentSource;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;

/** Room for chunks on a receiver, as the replay asks for it. For one thread. */
interface StagingRoom {
    /**
     * @param sender whose chunks they are
     * @return what gives them back one by one, or null with nothing taken if there is no room for all of them
     */
    List<Runnable> take(int sender, int[] lengths);

    /** @return bytes that are not taken, wherever they are */
    long freeBytes();

    /** @return longest chunk that would find room now */
    long longestFree(int sender);

    /** An allocator that only counts: whatever is free can be used. */
    static StagingRoom counting(long capacity) {
        long[] free = {capacity};
        return new StagingRoom() {
            @Override
            public List<Runnable> take(int sender, int[] lengths) {
                long wanted = 0;
                for (int length : lengths) {
                    wanted += length;
                }
                if (wanted > free[0]) {
                    return null;
                }
                free[0] -= wanted;
                List<Runnable> taken = new ArrayList<>();
                for (int length : lengths) {
                    taken.add(() -> free[0] += length);
                }
                return taken;
            }

            @Override
            public long freeBytes() {
                return free[0];
            }

            @Override
            public long longestFree(int sender) {
                return free[0];
            }
        };
    }

    /** The receiver's, in this process's own memory: one arena for all senders. */
    static StagingRoom inMemory(long capacity) {
        Staging staging = new Staging(capacity, Staging.MAX_SEGMENT, StagingRoom::nothing, gone -> {});
        return of(staging, List.of(staging.arena()));
    }

    /** The receiver's, in segments of which each is one sender's. */
    static StagingRoom inSegments(long capacity, long segmentBytes, int senders) {
        Staging staging = new Staging(capacity, segmentBytes, StagingRoom::nothing, gone -> {});
        List<Arena> arenas = new ArrayList<>();
        for (int i = 0; i < senders; i++) {
            arenas.add(staging.arena());
        }
        return of(staging, arenas);
    }

    // Nobody writes here, so there need not be any memory.
    private static LocalSegment nothing(long number, int bytes) {
        ByteBuffer none = ByteBuffer.allocate(0);
        return new LocalSegment() {
            @Override
            public ByteBuffer memory() {
                return none;
            }

            @Override
            public byte[] descriptor() {
                return new byte[0];
            }

            @Override
            public void drop() {}
        };
    }

    private static StagingRoom of(Staging staging, List<Arena> arenas) {
        return new StagingRoom() {
            @Override
            public List<Runnable> take(int sender, int[] lengths) {
                List<Slot> slots = staging.takeAll(arenas.get(sender % arenas.size()), lengths);
                if (slots == null) {
                    return null;
                }
                List<Runnable> taken = new ArrayList<>();
                slots.forEach(slot -> taken.add(() -> staging.give(slot)));
                return taken;
            }

            @Override
            public long freeBytes() {
                return staging.freeBytes();
            }

            @Override
            public long longestFree(int sender) {
                return staging.longestFree(arenas.get(sender % arenas.size()));
            }
        };
    }
}
