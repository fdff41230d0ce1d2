package org.kvdock.cli.lab.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kvdock.cli.lab.crash.child.LoadSettings;

/**
 * One kill, as drawn from the seed.
 *
 * @param number counts all kills of the campaign, from 0
 * @param point where it is meant to hit
 * @param tasks how many tasks must have been accepted before; of a host, how many completed
 * @param delayMicros how long the load has gone on after that, or the opening, or the host's start
 * @param lateMicros how long after the place that was waited for; -1 for its end
 * @param readsLive whether the journal is read to its end just before, while it is written
 * @param trapPlace where the journal's own thread says so, {@code Class.method}; empty for nowhere
 * @param trapNth at which time it comes there
 * @param trapShare for an opening: after which share of its abandoned tasks
 * @param trapHolds whether it is held there
 * @param adapterType which adapter
 * @param load the load
 * @param adapter the adapter's configuration
 * @param journal the journals' configuration, without their root
 */
record KillPlan(
        int number,
        KillPoint point,
        int tasks,
        long delayMicros,
        long lateMicros,
        boolean readsLive,
        String trapPlace,
        int trapNth,
        double trapShare,
        boolean trapHolds,
        String adapterType,
        LoadSettings load,
        Map<String, String> adapter,
        Map<String, String> journal) {

    /**
     * @param root the journals'
     * @param openTasks how many tasks its opening will have to close
     * @return what the small child is told, as {@link org.kvdock.cli.lab.crash.child.ChildMain} reads it
     */
    List<String> arguments(String root, int openTasks) {
        List<String> arguments = new ArrayList<>();
        arguments.add("adapter_type=" + adapterType);
        if (point == KillPoint.RECOVERY) {
            // The opening asks for the time before the record that starts its epoch, and before each abandoned task.
            int record = (int) Math.ceil(trapShare * openTasks);
            arguments.addAll(List.of("trap=opening", "trap_nth=" + (1 + record)));
        } else if (!trapPlace.isEmpty()) {
            arguments.addAll(List.of("trap=keeper", "trap_place=" + trapPlace, "trap_nth=" + trapNth));
        }
        arguments.add("trap_holds=" + trapHolds);
        load.values().forEach((key, value) -> arguments.add(key + "=" + value));
        adapter.forEach((key, value) -> arguments.add("adapter." + key + "=" + value));
        journal.forEach((key, value) -> arguments.add("journal." + key + "=" + value));
        arguments.add("journal.root=" + root);
        return arguments;
    }

    /** @return whether the adapter is closed to its end before its process is killed */
    boolean toTheEnd() {
        return point == KillPoint.CLOSING && lateMicros < 0;
    }

    /** @return the plan in one line, for people */
    String text() {
        return point.name().toLowerCase(java.util.Locale.ROOT) + " after " + tasks + " tasks, " + delayMicros + "+" + lateMicros + " us"
                + (readsLive ? ", read before" : "")
                + (trapPlace.isEmpty() ? "" : ", " + trapNth + ". " + trapPlace + (trapHolds ? " held" : ""))
                + ", " + adapterType + ", " + load.threads() + " threads, " + journal;
    }
}
