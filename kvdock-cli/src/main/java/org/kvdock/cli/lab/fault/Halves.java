package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Half a frame, and then nothing more over that connection. */
final class Halves {
    private static final String NAME = "half";
    private static final Duration PATIENT = Duration.ofSeconds(8);

    private Halves() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : Step.OVER_THE_WIRE) {
                for (String type : step.frames(channel)) {
                    all.add(half(step, channel, type));
                }
            }
        }
        all.add(half(Step.COMMIT, Channel.SHM, "Commit"));
        all.add(half(Step.WRITE, Channel.TLS, Line.PIECE));
        return all;
    }

    private static Scenario half(Step step, Channel channel, String type) {
        return new Scenario(
                NAME, Trickles.from(type), step, channel, Channel.THOROUGH.contains(channel) ? type.toLowerCase(Locale.ROOT) : "",
                "half of it comes, and no more; the link is given up, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(type, (frame, out) -> {
                        out.write(frame.bytes(), 0, frame.bytes().length / 2);
                        out.flush();
                        stage.line().hold();
                    }));
                });
    }
}
