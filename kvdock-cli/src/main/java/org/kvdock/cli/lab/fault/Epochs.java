package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.pd.wire.Message;

/** What is meant for a receiver that is gone: another epoch in a frame, and frames of an earlier life. */
final class Epochs {
    private static final String NAME = "epoch";
    private static final Duration DEADLINE = Duration.ofMillis(2000);
    private static final Duration PATIENT = Duration.ofSeconds(15);

    private Epochs() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            all.add(wrong(Step.HELLO, channel, "Welcome", "the sender is told a wrong epoch, and is refused with it"));
            all.add(wrong(Step.RESERVE, channel, "Reserve", "a reservation for another epoch is refused"));
            all.add(wrong(Step.COMMIT, channel, "Commit", "a commit for another epoch is refused"));
            all.add(earlier(channel));
        }
        all.add(wrong(
                Step.WRITE, Channel.TCP, Frame.DATA, "data for another epoch is dropped, so its chunk is not what its commit says"));
        return all;
    }

    private static byte[] ofAnotherEpoch(Frame frame) throws java.io.IOException {
        if (frame.type().equals(Frame.DATA)) {
            return frame.dataOfEpoch(frame.dataEpoch() + 1);
        }
        Message message = frame.message();
        if (message instanceof Message.Welcome m) {
            message = new Message.Welcome(m.version(), m.epoch() + 1, m.channel(), m.maxObjectBytes(), m.stagingBytes(), m.leaseMillis());
        } else if (message instanceof Message.Reserve m) {
            message = new Message.Reserve(
                    m.id(), m.epoch() + 1, m.requestId(), m.lastBatch(), m.totalChunks(), m.waitMillis(), m.keys(), m.lengths(), m.layout());
        } else if (message instanceof Message.Commit m) {
            message = new Message.Commit(m.id(), m.epoch() + 1, m.slots(), m.lengths(), m.checksums());
        }
        return Frame.bytes(message);
    }

    private static Scenario wrong(Step step, Channel channel, String type, String does) {
        return new Scenario(NAME, Trickles.from(type), step, channel, "", does, stage -> {
            stage.deadline(DEADLINE).open();
            Stored stored = stage.caught(type, (frame, out) -> out.write(ofAnotherEpoch(frame)));
            // A slice after the one that was dropped ends the link, and all are sent again.
            ErrorCode data = step == Step.WRITE ? ErrorCode.NONE : ErrorCode.PEER_REFUSED;
            stage.endsAs(stored, ErrorCode.PEER_REFUSED, ErrorCode.CHECKSUM, data);
            if (step == Step.HELLO) {
                // The sender keeps to what it was told as long as this link lives.
                stage.line().cut();
                stage.line().mend();
            }
            stage.awaitSlotsBack();
        });
    }

    private static Scenario earlier(Channel channel) {
        return new Scenario(
                NAME, Side.SENDER, Step.COMMIT, channel, "earlier-life",
                "frames that were meant for the receiver's killed process reach its next one; it takes none of them",
                stage -> {
                    stage.child(Side.RECEIVER).deadline(PATIENT).open();
                    List<byte[]> old = Collections.synchronizedList(new ArrayList<>());
                    for (String type : List.of("Reserve", Frame.DATA, "Commit")) {
                        stage.line().each(type, (frame, out) -> {
                            old.add(frame.bytes());
                            out.write(frame.bytes());
                        });
                    }
                    stage.succeeds(stage.store());
                    stage.line().clear();
                    stage.process(Side.RECEIVER).kill();
                    Stored stored = stage.store();
                    stage.line().once("Reserve", 1, (frame, out) -> {
                        for (byte[] late : old) {
                            out.write(late);
                        }
                        out.write(frame.bytes());
                    });
                    stage.restart(Side.RECEIVER);
                    stage.ends(stored);
                });
    }
}
