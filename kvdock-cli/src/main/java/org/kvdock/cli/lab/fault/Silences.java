package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.ErrorCode;

/** Packets vanish both ways, and no connection ends: what was held comes late. */
final class Silences {
    private static final String NAME = "silence";
    private static final Duration DEADLINE = Duration.ofMillis(2000);
    private static final Outage SHORT = new Outage(
            NAME,
            "nothing passes for longer than a link may be silent; both give it up, and the store succeeds over the next one",
            Silences::silencing, Duration.ofMillis(1200), Line::speak);

    private Silences() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : Step.OVER_THE_WIRE) {
                all.add(SHORT.at(step, channel));
                all.add(forLong(step, channel));
            }
        }
        all.add(SHORT.at(Step.WRITE, Channel.SHM));
        all.add(SHORT.at(Step.WRITE, Channel.TLS));
        return all;
    }

    private static Line.Hook silencing(Stage stage) {
        return (frame, out) -> {
            stage.line().silence();
            out.write(frame.bytes());
        };
    }

    private static Scenario forLong(Step step, Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, step, channel, "long",
                step == Step.ACKNOWLEDGE
                        ? "nothing passes after the answer; the store has succeeded, the slots come back"
                        : "nothing passes until after the deadline; the store ends at it, the slots come back",
                stage -> {
                    stage.deadline(DEADLINE).open();
                    Stored stored = stage.caught(step.frame(channel), silencing(stage));
                    if (step == Step.ACKNOWLEDGE) {
                        // The answer itself still passes.
                        stage.succeeds(stored);
                    } else {
                        stage.endsAs(stored, ErrorCode.DEADLINE, ErrorCode.PEER_LOST);
                    }
                    stage.awaitSlotsBack();
                });
    }
}
