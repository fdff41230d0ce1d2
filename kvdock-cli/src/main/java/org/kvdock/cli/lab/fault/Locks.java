package org.kvdock.cli.lab.fault;

import java.util.List;
import org.kvdock.cli.launch.HostEvent;

/** A reader at the receiver that locks and never comes back. */
final class Locks {
    private static final String NAME = "reader-gone";

    private Locks() {}

    static List<Scenario> scenarios() {
        return List.of(locked(Channel.TCP), locked(Channel.SHM), locked(Channel.UCX));
    }

    private static Scenario locked(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.LOAD, channel, "",
                "a reader locks and never unlocks; its locks end with their lease",
                stage -> {
                    stage.open();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    HostEvent found = stage.receiver().ask("look " + stored.first() + " " + stored.count() + " " + stage.bytes());
                    if (!Stage.all(found, "held")) {
                        throw new Trouble("what was stored is not found: " + found.texts());
                    }
                    stage.await("the locks to end", Side.RECEIVER, Stage.LOCK_LEASE.plus(Stage.SLACK), status -> status.number("locks") == 0);
                });
    }
}
