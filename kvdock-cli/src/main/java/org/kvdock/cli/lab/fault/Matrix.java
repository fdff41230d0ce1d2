package org.kvdock.cli.lab.fault;

import java.util.List;
import java.util.stream.Stream;

/** All scenarios there are. */
final class Matrix {
    private Matrix() {}

    /** @return them, family by family */
    static List<Scenario> scenarios() {
        return Stream.of(
                        Kills.scenarios(),
                        Stops.scenarios(),
                        HalfOpens.scenarios(),
                        Cuts.scenarios(),
                        Silences.scenarios(),
                        Delays.scenarios(),
                        Trickles.scenarios(),
                        Halves.scenarios(),
                        Garbage.scenarios(),
                        WrongKeys.scenarios(),
                        Epochs.scenarios(),
                        Orders.scenarios(),
                        Losses.scenarios(),
                        FullStaging.scenarios(),
                        Starvations.scenarios(),
                        Flips.scenarios(),
                        Locks.scenarios())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * @param names scenarios and families; none for all
     * @return those that are meant, in the order of the matrix; empty if a name is of neither
     */
    static List<Scenario> named(List<String> names) {
        List<Scenario> all = scenarios();
        for (String name : names) {
            if (all.stream().noneMatch(scenario -> is(scenario, name))) {
                return List.of();
            }
        }
        return all.stream().filter(scenario -> names.isEmpty() || names.stream().anyMatch(name -> is(scenario, name))).toList();
    }

    private static boolean is(Scenario scenario, String name) {
        return scenario.name().equals(name) || scenario.family().equals(name);
    }

    /** @return families, in the order of the matrix */
    static List<String> families() {
        return scenarios().stream().map(Scenario::family).distinct().toList();
    }
}
