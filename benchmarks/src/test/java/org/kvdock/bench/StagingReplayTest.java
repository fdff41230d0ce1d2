package org.kvdock.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.kvdock.cli.workload.SyntheticWorkload;
import org.kvdock.cli.workload.Workload;

class StagingReplayTest {
    private static final int[] SIZES = {64 << 10, 160 << 10};

    private final Workload workload = SyntheticWorkload.make(7, 1500);

    private StagingReplay.Outcome run(StagingRoom room) {
        return StagingReplay.run(workload, SIZES, room);
    }

    @Test
    @DisplayName("with enough room nobody waits; an allocator that only counts never keeps anybody waiting with enough bytes free")
    void floor() {
        StagingReplay.Outcome unbounded = run(StagingRoom.counting(Long.MAX_VALUE / 2));
        assertEquals(0, unbounded.waited());
        assertEquals(0, unbounded.waitedMillis());
        StagingReplay.Outcome bounded = run(StagingRoom.counting(unbounded.mostTaken() * 3 / 4));
        assertTrue(bounded.waited() > 0, bounded.toString());
        assertEquals(0, bounded.blocked());
        assertEquals(0, bounded.blockedMillis());
    }

    @Test
    @DisplayName("chunks of two lengths in one arena: staging is used as well as an allocator could that only counts, all but 5 %")
    void mixedLengths() {
        long capacity = run(StagingRoom.counting(Long.MAX_VALUE / 2)).mostTaken() * 3 / 4;
        StagingReplay.Outcome counted = run(StagingRoom.counting(capacity));
        StagingReplay.Outcome ours = run(StagingRoom.inMemory(capacity));
        assertTrue(ours.blocked() > 0, "the workload must cut the memory up: " + ours);
        assertTrue(ours.meanTakenWaiting() >= 0.95 * counted.meanTakenWaiting(), ours + " beside " + counted);
        assertEquals(ours, run(StagingRoom.inMemory(capacity)), "the same workload gives the same numbers");
    }
}
