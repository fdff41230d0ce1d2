package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.cli.launch.HostEvent;

/** SIGKILL for one side, in each step. Its next process goes on with its journal. */
final class Kills {
    private static final String NAME = "kill";
    // The other process has to start within it.
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private Kills() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : List.of(Step.CONNECT, Step.HELLO, Step.RESERVE, Step.WRITE, Step.COMMIT, Step.ACKNOWLEDGE)) {
                all.add(sender(step, channel));
                all.add(receiver(step, channel));
            }
        }
        for (Step step : List.of(Step.WRITE, Step.COMMIT, Step.ACKNOWLEDGE)) {
            all.add(sender(step, Channel.SHM));
            all.add(receiver(step, Channel.SHM));
        }
        all.add(sender(Step.WRITE, Channel.TLS));
        all.add(receiver(Step.WRITE, Channel.TLS));
        for (Channel channel : List.of(Channel.TCP, Channel.SHM, Channel.UCX)) {
            all.add(reading(channel));
            all.add(warm(channel));
        }
        return all;
    }

    private static Scenario sender(Step step, Channel channel) {
        return new Scenario(
                NAME, Side.SENDER, step, channel, "",
                "the sender is killed; the receiver sees the end, takes back what was reserved, and serves the sender's next process",
                stage -> {
                    stage.child(Side.SENDER).deadline(DEADLINE).open();
                    ChildEnd victim = stage.process(Side.SENDER);
                    stage.caught(Line.frame(step, channel), (frame, out) -> {
                        victim.kill();
                        out.write(frame.bytes());
                    });
                    victim.kill();
                    stage.awaitSlotsBack();
                    stage.restart(Side.SENDER);
                });
    }

    private static Scenario receiver(Step step, Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, step, channel, "",
                step == Step.ACKNOWLEDGE
                        ? "the receiver is killed with its answer on the way; the store has succeeded, its next process begins empty"
                        : "the receiver is killed; the sender connects again until its next process is there, and sends to that one",
                stage -> {
                    stage.child(Side.RECEIVER).deadline(DEADLINE).open();
                    ChildEnd victim = stage.process(Side.RECEIVER);
                    Stored stored = stage.caught(Line.frame(step, channel), (frame, out) -> {
                        victim.kill();
                        out.write(frame.bytes());
                    });
                    victim.kill();
                    if (step == Step.ACKNOWLEDGE) {
                        // Its last word is on the way already, and true when it was said.
                        stage.succeeds(stored);
                    }
                    stage.restart(Side.RECEIVER);
                    if (step != Step.ACKNOWLEDGE) {
                        stage.succeeds(stored);
                    }
                });
    }

    private static Scenario reading(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.LOAD, channel, "",
                "the receiver is killed while its host reads; its next process begins empty, with no lock",
                stage -> {
                    stage.child(Side.RECEIVER).deadline(DEADLINE).open();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    stage.beginRead(stored);
                    stage.last(Duration.ofMillis(stage.random().nextInt(5)));
                    stage.process(Side.RECEIVER).kill();
                    stage.restart(Side.RECEIVER);
                });
    }

    private static Scenario warm(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.LOAD, channel, "warm",
                "the receiver is killed with chunks in staging files; its next process verifies each and serves it again",
                stage -> {
                    stage.child(Side.RECEIVER)
                            .set(Side.RECEIVER, "staging_dir", stage.directory("staging").toString())
                            .deadline(DEADLINE)
                            .open();
                    stage.succeeds(stage.store());
                    stage.process(Side.RECEIVER).kill();
                    stage.restart(Side.RECEIVER);
                    HostEvent status = stage.status(Side.RECEIVER);
                    stage.note(status.number("recovered_chunks") + " chunks recovered");
                });
    }
}
