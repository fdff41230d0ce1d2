package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kvdock.l2.ErrorCode;

/** One frame never arrives: while the connection goes on, or with the connection. */
final class Losses {
    private static final String NAME = "lost";
    private static final Duration DEADLINE = Duration.ofMillis(2000);
    private static final Duration PATIENT = Duration.ofSeconds(8);

    private Losses() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            all.add(greeting(channel, "Hello"));
            all.add(greeting(channel, "Welcome"));
            all.add(alone(Step.RESERVE, channel, "Reserve", "the reservation is lost; the store ends at its deadline", ErrorCode.DEADLINE));
            all.add(alone(
                    Step.RESERVE, channel, "Alloc", "the slots are not told; the store ends at its deadline, and gives them up",
                    ErrorCode.DEADLINE));
            all.add(alone(
                    Step.COMMIT, channel, "Commit", "the commit is lost; the store ends at its deadline, its chunks unconfirmed",
                    ErrorCode.DEADLINE));
            all.add(alone(
                    Step.ACKNOWLEDGE, channel, "CommitAck",
                    "the acknowledgement is lost; the store ends at its deadline, its chunks unconfirmed and there", ErrorCode.DEADLINE));
            for (Step step : Step.OVER_THE_WIRE) {
                for (String type : step.frames(channel)) {
                    if (step != Step.HELLO || type.equals(Step.ADDRESS)) {
                        all.add(withConnection(step, channel, type));
                    }
                }
            }
        }
        all.add(greeting(Channel.UCX, Step.ADDRESS));
        all.add(alone(Step.WRITE, Channel.TCP, Frame.DATA, "a slice is lost; its chunk is refused, or the slice after it ends the link and all are sent again", ErrorCode.CHECKSUM, ErrorCode.NONE));
        all.add(withConnection(Step.ACKNOWLEDGE, Channel.SHM, "CommitAck"));
        return all;
    }

    private static Scenario greeting(Channel channel, String type) {
        return new Scenario(
                NAME, Trickles.from(type), Step.HELLO, channel, type.toLowerCase(Locale.ROOT),
                type + " is lost; the connection is given up in its time, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(type, (frame, out) -> { }));
                });
    }

    private static Scenario alone(Step step, Channel channel, String type, String does, ErrorCode... causes) {
        return new Scenario(NAME, Trickles.from(type), step, channel, type.toLowerCase(Locale.ROOT), does, stage -> {
            stage.deadline(DEADLINE).patientLink().open();
            stage.endsAs(stage.caught(type, (frame, out) -> { }), causes);
            stage.awaitSlotsBack();
        });
    }

    private static Scenario withConnection(Step step, Channel channel, String type) {
        return new Scenario(
                NAME, Trickles.from(type), step, channel, type.toLowerCase(Locale.ROOT) + "-with-connection",
                type + " is lost with its connection; the sender asks again, and what was committed is not sent twice",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(type, (frame, out) -> frame.connection().cut()));
                });
    }
}
