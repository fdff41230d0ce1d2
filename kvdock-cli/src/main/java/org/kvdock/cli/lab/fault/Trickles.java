package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kvdock.l2.ErrorCode;

/** One frame comes one byte a second. */
final class Trickles {
    private static final String NAME = "trickle";
    private static final long SECOND = 1000;
    // Often enough for a sign of life.
    private static final long OFTEN = 100;
    private static final Duration DEADLINE = Duration.ofMillis(2000);
    private static final Duration PATIENT = Duration.ofSeconds(8);

    private Trickles() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : Step.OVER_THE_WIRE) {
                for (String type : step.frames(channel)) {
                    all.add(slow(step, channel, type));
                }
            }
        }
        all.add(alive());
        return all;
    }

    /** @return who sends frames of this type */
    static Side from(String type) {
        return List.of("Welcome", Step.ADDRESS, "Alloc", "CommitAck").contains(type) ? Side.RECEIVER : Side.SENDER;
    }

    private static Scenario slow(Step step, Channel channel, String type) {
        return new Scenario(
                NAME, from(type), step, channel, type.toLowerCase(Locale.ROOT),
                type + " comes one byte a second; the link is given up, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(type, (frame, out) -> stage.line().drip(frame.bytes(), out, SECOND)));
                });
    }

    private static Scenario alive() {
        return new Scenario(
                NAME, Side.RECEIVER, Step.RESERVE, Channel.TCP, "alive",
                "the receiver's answer trickles fast enough to be a sign of life; the store ends at its deadline all the same",
                stage -> {
                    stage.deadline(DEADLINE).patientLink().open();
                    stage.endsAs(
                            stage.caught("Alloc", (frame, out) -> stage.line().drip(frame.bytes(), out, OFTEN)),
                            ErrorCode.DEADLINE, ErrorCode.PEER_LOST);
                    stage.awaitSlotsBack();
                });
    }
}
