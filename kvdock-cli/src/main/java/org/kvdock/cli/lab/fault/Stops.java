package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.kvdock.l2.ErrorCode;

/** SIGSTOP for one side, in each step, for longer than the deadline; then SIGCONT. */
final class Stops {
    private static final String NAME = "stop";
    private static final Duration DEADLINE = Duration.ofMillis(2000);
    private static final Duration STOPPED = Duration.ofMillis(3500);
    private static final long PATIENCE_SECONDS = 30;

    private Stops() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : Step.OVER_THE_WIRE) {
                all.add(sender(step, channel));
                all.add(receiver(step, channel));
            }
            all.add(reading(channel));
        }
        all.add(sender(Step.WRITE, Channel.SHM));
        all.add(receiver(Step.WRITE, Channel.SHM));
        all.add(receiver(Step.COMMIT, Channel.SHM));
        return all;
    }

    private static Line.Hook stopping(Stage stage, Side side, CompletableFuture<Process> until) {
        ChildEnd victim = stage.process(side);
        return (frame, out) -> {
            until.complete(victim.stop(STOPPED));
            out.write(frame.bytes());
        };
    }

    private static void goesOn(CompletableFuture<Process> until) throws Exception {
        // By the hook, which may still be at it.
        until.get(PATIENCE_SECONDS, TimeUnit.SECONDS).waitFor();
    }

    private static Scenario sender(Step step, Channel channel) {
        boolean inPlace = channel == Channel.SHM;
        return new Scenario(
                NAME, Side.SENDER, step, channel, "",
                inPlace
                        ? "the sender hangs; its slots come back only when it has let go of the memory, then it connects again"
                        : "the sender hangs; its slots come back with their lease, and it connects again when it goes on",
                stage -> {
                    stage.child(Side.SENDER).deadline(DEADLINE).open();
                    stage.allow(STOPPED);
                    CompletableFuture<Process> until = new CompletableFuture<>();
                    Stored stored = stage.caught(step.frame(channel), stopping(stage, Side.SENDER, until));
                    if (!inPlace) {
                        stage.awaitSlotsBack();
                    }
                    goesOn(until);
                    stage.ends(stored);
                    stage.awaitSlotsBack();
                });
    }

    private static Scenario receiver(Step step, Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, step, channel, "",
                step == Step.ACKNOWLEDGE
                        ? "the receiver hangs with its answer on the way; the store has succeeded, later ones wait"
                        : "the receiver hangs; the store ends at its deadline, what was committed and not answered is unconfirmed",
                stage -> {
                    stage.child(Side.RECEIVER).deadline(DEADLINE).open();
                    stage.allow(STOPPED);
                    CompletableFuture<Process> until = new CompletableFuture<>();
                    Stored stored = stage.caught(step.frame(channel), stopping(stage, Side.RECEIVER, until));
                    if (step == Step.ACKNOWLEDGE) {
                        // Its last word is on the way already.
                        stage.succeeds(stored);
                    } else {
                        stage.endsAs(stored, ErrorCode.DEADLINE, ErrorCode.PEER_LOST);
                    }
                    goesOn(until);
                });
    }

    private static Scenario reading(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.LOAD, channel, "",
                "the receiver hangs while its host reads; what it was doing ends when it goes on",
                stage -> {
                    stage.child(Side.RECEIVER).deadline(DEADLINE).open();
                    stage.allow(STOPPED);
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    stage.beginRead(stored);
                    stage.last(Duration.ofMillis(stage.random().nextInt(5)));
                    stage.process(Side.RECEIVER).stop(STOPPED).waitFor();
                });
    }
}
