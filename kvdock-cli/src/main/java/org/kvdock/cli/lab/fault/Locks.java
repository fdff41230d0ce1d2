package org.kvdock.cli.lab.fault;

import java.util.List;

/** A reader at the receiver that locks and never comes back. */
final class Locks {
    private static final String NAME = "reader-gone";

    private Locks() {}

    static List<Scenario> scenarios() {
        return List.of(locked(Channel.TCP), locked(Channel.SHM));
    }

    private static Scenario locked(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.LOAD, channel, "",
                "a reader locks and never unlocks; its locks end with their lease",
                stage -> {
                    stage.open();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    String held = stage.receiver().ask("look " + stored.first() + " " + stored.count() + " " + stage.bytes()).text("held");
                    if (held.contains("0")) {
                        throw new Trouble("what was stored is not found: " + held);
                    }
                    stage.await("the locks to end", Side.RECEIVER, Stage.LOCK_LEASE.plus(Stage.SLACK), status -> status.number("locks") == 0);
                });
    }
}
