package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One side's end of the connection is gone, and the other side is not told. */
final class HalfOpens {
    private static final String NAME = "half-open";
    private static final Duration PATIENT = Duration.ofSeconds(8);

    private HalfOpens() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : Step.OVER_THE_WIRE) {
                all.add(left(Side.SENDER, step, channel));
                all.add(left(Side.RECEIVER, step, channel));
            }
        }
        return all;
    }

    private static Scenario left(Side side, Step step, Channel channel) {
        return new Scenario(
                NAME, side, step, channel, "",
                side == Side.SENDER
                        ? "the sender alone keeps the connection; it misses signs of life, connects and asks again"
                        : "the receiver alone keeps the connection; the sender's next one replaces it, and its slots come back",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(step.frame(channel), (frame, out) -> {
                        out.write(frame.bytes());
                        frame.connection().halve(side == Side.SENDER);
                    }));
                    stage.awaitSlotsBack();
                });
    }
}
