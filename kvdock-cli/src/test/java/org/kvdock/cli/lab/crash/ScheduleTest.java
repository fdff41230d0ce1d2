package org.kvdock.cli.lab.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final long SEED = 42;

    @Test
    @DisplayName("the same seed draws the same kills, another seed others")
    void seed() {
        assertEquals(all(SEED, 200), all(SEED, 200));
        assertNotEquals(all(SEED, 200), all(SEED + 1, 200));
    }

    @Test
    @DisplayName("a chain depends on its number, not on how many kills there are")
    void prefix() {
        assertEquals(all(SEED, 57), all(SEED, 500).subList(0, 57));
    }

    @Test
    @DisplayName("one kill in ten hits a host; every point is among 500 kills; kills are numbered")
    void points() {
        List<KillPlan> plans = all(SEED, 500);
        assertEquals(50, plans.stream().filter(plan -> plan.point().isHost()).count());
        Set<KillPoint> points = EnumSet.noneOf(KillPoint.class);
        plans.forEach(plan -> points.add(plan.point()));
        assertEquals(EnumSet.allOf(KillPoint.class), points);
        for (int i = 0; i < plans.size(); i++) {
            assertEquals(i, plans.get(i).number());
        }
    }

    private static List<KillPlan> all(long seed, int kills) {
        List<KillPlan> plans = new ArrayList<>();
        for (int chain = 0; chain < Schedule.chains(kills); chain++) {
            plans.addAll(Schedule.chain(seed, chain, kills));
        }
        return plans;
    }
}
