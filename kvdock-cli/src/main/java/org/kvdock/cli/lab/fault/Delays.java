package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every message is late, the same for all or drawn for each; data comes behind the messages before it. */
final class Delays {
    private static final String NAME = "delay";
    private static final Duration PATIENT = Duration.ofSeconds(8);
    private static final List<String> TO_RECEIVER = List.of("Hello", "Reserve", "Commit", "Heartbeat");
    private static final List<String> TO_SENDER = List.of("Welcome", Step.ADDRESS, "Alloc", "CommitAck");
    private static final int MILLIS = 100;

    private Delays() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            all.add(late(Side.SENDER, "sent", "what the sender says comes late; nothing is lost", TO_RECEIVER, false, channel));
            all.add(late(Side.RECEIVER, "sent", "what the receiver says comes late; nothing is lost", TO_SENDER, false, channel));
        }
        List<String> both = new ArrayList<>(TO_RECEIVER);
        both.addAll(TO_SENDER);
        for (Channel channel : List.of(Channel.TCP, Channel.SHM, Channel.UCX)) {
            all.add(late(Side.SENDER, "jitter", "both are heard late, sometimes less and sometimes more; nothing is lost", both, true, channel));
        }
        return all;
    }

    private static Scenario late(Side side, String variant, String does, List<String> types, boolean drawn, Channel channel) {
        return new Scenario(NAME, side, Step.RESERVE, channel, variant, does, stage -> {
            stage.deadline(PATIENT).open();
            for (String type : types) {
                stage.line().each(type, (frame, out) -> {
                    int millis = drawn ? stage.random().nextInt(MILLIS) : MILLIS;
                    stage.last(Duration.ofMillis(millis));
                    out.write(frame.bytes());
                });
            }
            stage.succeeds(stage.store());
            stage.succeeds(stage.store());
        });
    }
}
