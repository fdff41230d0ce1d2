package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.ErrorCode;

/** The network is cut: both sides see a reset, and nobody can connect for a while. */
final class Cuts {
    private static final String NAME = "cut";
    private static final Duration DEADLINE = Duration.ofMillis(2000);
    private static final Duration LONG = Duration.ofMillis(2600);
    private static final Outage SHORT = new Outage(
            NAME,
            "the network is cut and back before the deadline; the sender connects and asks again, and the store succeeds",
            Cuts::cutting, Duration.ofMillis(400), Line::mend);

    private Cuts() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : List.of(Step.CONNECT, Step.HELLO, Step.RESERVE, Step.WRITE, Step.COMMIT, Step.ACKNOWLEDGE)) {
                all.add(SHORT.at(step, channel));
            }
            for (Step step : List.of(Step.RESERVE, Step.WRITE, Step.ACKNOWLEDGE)) {
                all.add(forLong(step, channel));
            }
            all.add(reading(channel));
        }
        all.add(SHORT.at(Step.WRITE, Channel.SHM));
        all.add(SHORT.at(Step.COMMIT, Channel.SHM));
        all.add(SHORT.at(Step.WRITE, Channel.TLS));
        return all;
    }

    private static Line.Hook cutting(Stage stage) {
        return (frame, out) -> {
            stage.line().cut();
            frame.connection().cut();
        };
    }

    private static Scenario forLong(Step step, Channel channel) {
        return new Scenario(
                NAME, Side.SENDER, step, channel, "long",
                "the network stays cut; the store ends at its deadline, the slots come back, and later stores pass",
                stage -> {
                    stage.deadline(DEADLINE).open();
                    Stored stored = stage.caught(step.frame(channel), cutting(stage));
                    stage.endsAs(stored, ErrorCode.DEADLINE, ErrorCode.PEER_LOST);
                    stage.awaitSlotsBack();
                    stage.last(LONG.minus(DEADLINE));
                });
    }

    private static Scenario reading(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.LOAD, channel, "",
                "the network is cut while the receiver's host reads; it reads on, from what is its own",
                stage -> {
                    stage.open();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    stage.line().cut();
                    if (!Stage.all(stage.read(stored.first(), stored.count()), "right")) {
                        throw new Trouble("what was stored could not be read");
                    }
                });
    }
}
