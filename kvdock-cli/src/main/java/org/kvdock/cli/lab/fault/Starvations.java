package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kvdock.cli.launch.HostEvent;

/** A process has no file descriptor left, in the moment in which it needs one. */
final class Starvations {
    private static final String NAME = "no-descriptors";
    private static final int DESCRIPTORS = 400;
    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final Duration STARVED = Duration.ofMillis(1000);
    /** Of one processor: what a process with nothing to do may use while it waits for better times. */
    private static final double MOST_BUSY = 0.15;

    private Starvations() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            all.add(connecting(Side.RECEIVER, channel));
            all.add(connecting(Side.SENDER, channel));
            all.add(reading(channel));
            all.add(asking(channel));
            all.add(answering(channel));
        }
        all.addAll(List.of(
                connecting(Side.RECEIVER, Channel.TLS),
                segment(
                        Side.RECEIVER, Step.RESERVE,
                        "the receiver cannot make a segment; who asks for room waits, and is served when it can"),
                segment(
                        Side.SENDER, Step.WRITE,
                        "the sender cannot map a segment; it lets go, connects again, and writes when it can")));
        return all;
    }

    private static void starve(Stage stage, Side side) throws Exception {
        HostEvent taken = stage.end(side).ask("starve");
        stage.note(taken.number("taken") + " of " + DESCRIPTORS + " descriptors taken");
    }

    private static void waitIdly(Stage stage, Side side) throws Exception {
        // The first time it says so it loads what it needs for that.
        stage.last(STARVED);
        Duration before = stage.process(side).processorTime();
        stage.last(STARVED);
        double busy = stage.process(side).processorTime().minus(before).toMillis() / (double) STARVED.toMillis();
        String used = String.format(Locale.ROOT, "%.2f of a processor used meanwhile", busy);
        stage.note(used);
        if (busy > MOST_BUSY) {
            throw new Trouble("it spins: " + used);
        }
    }

    private static Scenario connecting(Side side, Channel channel) {
        return new Scenario(
                NAME, side, Step.CONNECT, channel, "",
                side == Side.SENDER
                        ? "the sender cannot open a socket; it tries again with growing pauses, and connects when it can"
                        : "the receiver cannot accept; it waits without spinning, and accepts when it can",
                stage -> {
                    stage.child(side, DESCRIPTORS).deadline(PATIENT).open();
                    stage.warm();
                    stage.line().cut();
                    stage.await("the loss", Side.SENDER, PATIENT, status -> status.text("connected").equals("false"));
                    stage.await("the loss", Side.RECEIVER, PATIENT, status -> status.number("senders") == 0);
                    starve(stage, side);
                    stage.line().mend();
                    Stored stored = stage.store();
                    waitIdly(stage, side);
                    stage.end(side).ask("feed");
                    stage.succeeds(stored);
                });
    }

    /** The side cannot make or map a segment: the link is up, and what a store needs next is a descriptor. */
    private static Scenario segment(Side side, Step step, String answer) {
        return new Scenario(NAME, side, step, Channel.SHM, "", answer, stage -> {
            stage.child(side, DESCRIPTORS).deadline(PATIENT).open();
            stage.warm();
            starve(stage, side);
            Stored stored = stage.store();
            stage.last(STARVED);
            stage.end(side).ask("feed");
            stage.succeeds(stored);
        });
    }

    private static Scenario reading(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.LOAD, channel, "",
                "the receiver has no descriptor while its host reads; reading needs none",
                stage -> {
                    stage.child(Side.RECEIVER, DESCRIPTORS).deadline(PATIENT).open();
                    stage.warm();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    starve(stage, Side.RECEIVER);
                    HostEvent got = stage.read(stored.first(), stored.count());
                    stage.receiver().ask("feed");
                    if (!Stage.all(got, "right")) {
                        throw new Trouble("what was stored was read as " + got.texts());
                    }
                });
    }

    private static Scenario asking(Channel channel) {
        return new Scenario(
                NAME, Side.SENDER, Step.LOAD, channel, "",
                "the sender has no descriptor when it first asks what the receiver holds; that ends at its deadline, later ones are answered",
                stage -> {
                    stage.child(Side.SENDER, DESCRIPTORS).deadline(PATIENT).open();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    String look = "look " + stored.first() + " " + stored.count() + " " + stage.bytes();
                    starve(stage, Side.SENDER);
                    stage.note("held, as far as it was told: " + stage.sender().ask(look).text("held"));
                    stage.sender().ask("feed");
                    HostEvent known = stage.sender().ask(look);
                    if (!Stage.all(known, "held")) {
                        throw new Trouble("the sender was not told of its chunks: " + known.texts());
                    }
                });
    }

    private static Scenario answering(Channel channel) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.LOAD, channel, "zmq",
                "the receiver cannot accept a sender that asks what it holds; it waits without spinning, and answers when it can",
                stage -> {
                    stage.child(Side.RECEIVER, DESCRIPTORS).deadline(PATIENT).open();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    starve(stage, Side.RECEIVER);
                    String look = "look " + stored.first() + " " + stored.count() + " " + stage.bytes();
                    long order = stage.sender().order(look);
                    waitIdly(stage, Side.RECEIVER);
                    stage.receiver().ask("feed");
                    stage.note("held, as far as it was told in time: " + stage.sender().answer(order).text("held"));
                    HostEvent known = stage.sender().ask(look);
                    if (!Stage.all(known, "held")) {
                        throw new Trouble("the sender was not told of its chunks: " + known.texts());
                    }
                });
    }
}
