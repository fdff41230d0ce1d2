package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.l2.ErrorCode;

/** No room for what is asked for. */
final class FullStaging {
    private static final String NAME = "full";
    private static final Duration DEADLINE = Duration.ofMillis(2000);
    private static final Duration PATIENT = Duration.ofSeconds(15);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final int SENDERS = 4;
    private static final int ROUNDS = 3;

    private FullStaging() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            all.add(tooLarge(channel));
            all.add(inherited(channel));
        }
        for (Channel channel : List.of(Channel.TCP, Channel.SHM, Channel.UCX)) {
            all.add(inVain(channel));
            all.add(served(channel));
            all.add(four(channel));
        }
        return all;
    }

    /** @return so many chunks of this stage that they take that part of staging */
    private static int chunks(Stage stage, double part) throws Exception {
        return (int) (stage.status(Side.RECEIVER).number("staging_bytes") * part / stage.bytes());
    }

    private static Scenario tooLarge(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.RESERVE, channel, "too-large",
                "more is asked for than staging can ever hold; refused at once",
                stage -> {
                    stage.open();
                    HostEvent done = stage.endsAs(stage.store(stage.sender(), chunks(stage, 1.2)), ErrorCode.TOO_LARGE);
                    if (done.number("millis") > DEADLINE.toMillis()) {
                        throw new Trouble("refused after " + done.number("millis") + " ms");
                    }
                });
    }

    private static Scenario inVain(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.RESERVE, channel, "in-vain",
                "staging is full of chunks that nobody reads; the next store waits, holds nothing, and is told so at its deadline",
                stage -> {
                    stage.deadline(DEADLINE).open();
                    stage.succeeds(stage.store(stage.sender(), chunks(stage, 0.6)));
                    stage.endsAs(stage.store(stage.sender(), chunks(stage, 0.6)), ErrorCode.NO_ROOM, ErrorCode.DEADLINE);
                    stage.awaitSlotsBack();
                });
    }

    private static Scenario served(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.RESERVE, channel, "served",
                "staging is full, and is read; who waited for room is served",
                stage -> {
                    stage.deadline(PATIENT).open();
                    Stored first = stage.store(stage.sender(), chunks(stage, 0.6));
                    stage.succeeds(first);
                    Stored waiting = stage.store(stage.sender(), chunks(stage, 0.6));
                    stage.read(first.first(), first.count());
                    stage.succeeds(waiting);
                });
    }

    private static Scenario four(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.RESERVE, channel, "four-senders",
                "four senders, each with half of staging at a time; all are served in turn",
                stage -> {
                    stage.deadline(PATIENT).open();
                    List<End> senders = new ArrayList<>(List.of(stage.sender()));
                    while (senders.size() < SENDERS) {
                        senders.add(stage.another("sender-" + senders.size(), Map.of()));
                    }
                    int chunks = chunks(stage, 0.45);
                    List<Stored> waiting = new ArrayList<>();
                    for (int round = 0; round < ROUNDS; round++) {
                        for (End sender : senders) {
                            waiting.add(stage.store(sender, chunks));
                        }
                    }
                    // Whoever is in is read and makes room for the next.
                    for (Stored stored : served(stage, waiting)) {
                        stage.succeeds(stored);
                        stage.blocks().read(stored.first(), stored.count());
                    }
                });
    }

    private static List<Stored> served(Stage stage, List<Stored> waiting) throws Exception {
        long end = System.nanoTime() + PATIENT.plus(Stage.SLACK).toNanos();
        List<Stored> left = new ArrayList<>(waiting);
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            for (Stored stored : List.copyOf(left)) {
                if (stored.end().hasCompleted(stored.id())) {
                    stage.read(stored.first(), stored.count());
                    left.remove(stored);
                }
            }
            stage.last(BETWEEN_LOOKS);
        }
        stage.note(waiting.size() - left.size() + " of " + waiting.size() + " stores were read");
        return waiting;
    }

    private static Scenario inherited(Channel channel) {
        return new Scenario(
                NAME, Side.SENDER, Step.WRITE, channel, "inherited",
                "a sender with most of staging reserved is killed; its room goes to the one that waits",
                stage -> {
                    stage.child(Side.SENDER).deadline(PATIENT).open();
                    End other = stage.another("sender-1", Map.of());
                    ChildEnd victim = stage.process(Side.SENDER);
                    CompletableFuture<Void> writing =
                            stage.line().once(Step.WRITE.frame(channel), channel == Channel.TCP ? 2 : 1, (frame, out) -> stage.line().hold());
                    stage.store(stage.sender(), chunks(stage, 0.6));
                    stage.reached(writing);
                    Stored waiting = stage.store(other, chunks(stage, 0.6));
                    victim.kill();
                    stage.succeeds(waiting);
                    stage.restart(Side.SENDER);
                });
    }
}
