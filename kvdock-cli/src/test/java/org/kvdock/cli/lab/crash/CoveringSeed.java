package org.kvdock.cli.lab.crash;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Seeds with which a short campaign hits everything. */
public final class CoveringSeed {
    private CoveringSeed() {}

    /**
     * @param from where to begin
     * @param kills how many the campaign has; enough for all points
     * @return the first seed from there on whose kills are meant for each {@link KillPoint} at least once
     */
    public static long from(long from, int kills) {
        return LongStream.iterate(from, seed -> seed + 1)
                .filter(seed -> points(seed, kills).equals(EnumSet.allOf(KillPoint.class)))
                .findFirst()
                .orElseThrow();
    }

    /** @return the fields of the campaign's JSON that count what was meant for each point */
    public static List<String> fields() {
        return Stream.of(KillPoint.values()).map(point -> "kills_meant." + CrashSummary.name(point)).toList();
    }

    private static Set<KillPoint> points(long seed, int kills) {
        Set<KillPoint> points = EnumSet.noneOf(KillPoint.class);
        IntStream.range(0, Schedule.chains(kills))
                .forEach(chain -> Schedule.chain(seed, chain, kills).forEach(plan -> points.add(plan.point())));
        return points;
    }
}
