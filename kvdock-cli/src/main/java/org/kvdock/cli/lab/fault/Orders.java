package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.kvdock.l2.ErrorCode;

/** Frames that come twice, and frames that overtake each other. */
final class Orders {
    private static final String NAME = "order";
    private static final Duration PATIENT = Duration.ofSeconds(8);

    private Orders() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : Step.OVER_THE_WIRE) {
                for (String type : step.frames(channel)) {
                    all.add(twice(step, channel, type));
                }
            }
            all.add(early(channel, "a heartbeat comes before the hello; the stranger is refused, and greets again"));
        }
        all.add(twice(Step.COMMIT, Channel.SHM, "Commit"));
        all.add(again(Channel.UCX, "Commit"));
        all.add(earlyReserve());
        all.add(swapped());
        all.add(early());
        all.add(again(Channel.TCP, Frame.DATA, "Commit"));
        return all;
    }

    private static Scenario twice(Step step, Channel channel, String type) {
        return new Scenario(
                NAME, Trickles.from(type), step, channel, Channel.THOROUGH.contains(channel) ? type.toLowerCase(Locale.ROOT) + "-twice" : "twice",
                type + " comes twice; it counts once, or the link is given up and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(type, (frame, out) -> {
                        out.write(frame.bytes());
                        out.write(frame.bytes());
                    }));
                });
    }

    private static Scenario early(Channel channel, String does) {
        return new Scenario(NAME, Side.SENDER, Step.HELLO, channel, "early-heartbeat", does, stage -> {
            stage.deadline(PATIENT).open();
            stage.succeeds(stage.caught("Hello", (frame, out) -> {
                out.write(Frame.bytes(new org.kvdock.l2.pd.wire.Message.Heartbeat(new long[0])));
                out.write(frame.bytes());
            }));
        });
    }

    /** The slots come before the address of the channel that they are written over. */
    private static Scenario earlyReserve() {
        return new Scenario(
                NAME, Side.RECEIVER, Step.HELLO, Channel.UCX, "address-late",
                "the slots are told before the address; the link is given up, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    AtomicReference<byte[]> late = new AtomicReference<>();
                    stage.line().once("Alloc", 1, (frame, out) -> {
                        out.write(frame.bytes());
                        out.write(late.get());
                    });
                    stage.succeeds(stage.caught(Step.ADDRESS, (frame, out) -> late.set(frame.bytes())));
                });
    }

    private static Scenario swapped() {
        return new Scenario(
                NAME, Side.SENDER, Step.WRITE, Channel.TCP, "data-swapped",
                "two slices change places; their chunks are whole or refused, never wrong",
                stage -> {
                    stage.deadline(PATIENT).open();
                    AtomicReference<byte[]> held = new AtomicReference<>();
                    stage.warm();
                    stage.line().once(Frame.DATA, 1, (frame, out) -> {
                        held.set(frame.bytes());
                        stage.line().once(Frame.DATA, 1, (next, then) -> {
                            then.write(next.bytes());
                            then.write(held.get());
                        });
                    });
                    stage.ends(stage.store());
                });
    }

    private static Scenario early() {
        return new Scenario(
                NAME, Side.SENDER, Step.COMMIT, Channel.TCP, "before-data",
                "the commit overtakes the last slice; that chunk is refused, and the slice that comes late goes nowhere",
                stage -> {
                    stage.deadline(PATIENT).open();
                    AtomicReference<byte[]> last = new AtomicReference<>();
                    stage.warm();
                    // Each slice waits for the next frame.
                    stage.line().each(Frame.DATA, (frame, out) -> {
                        byte[] before = last.getAndSet(frame.bytes());
                        if (before != null) {
                            out.write(before);
                        }
                    });
                    stage.line().once("Commit", 1, (frame, out) -> {
                        out.write(frame.bytes());
                        out.write(last.get());
                        stage.line().clear();
                    });
                    stage.endsAs(stage.store(), ErrorCode.CHECKSUM);
                });
    }

    private static Scenario again(Channel channel, String... types) {
        return new Scenario(
                NAME, Side.SENDER, Step.ACKNOWLEDGE, channel, "transfer-again",
                "all of a transfer's frames come again after its end; nothing becomes visible a second time",
                stage -> {
                    stage.deadline(PATIENT).open();
                    List<byte[]> old = java.util.Collections.synchronizedList(new ArrayList<>());
                    stage.warm();
                    for (String type : types) {
                        stage.line().each(type, (frame, out) -> {
                            old.add(frame.bytes());
                            out.write(frame.bytes());
                        });
                    }
                    stage.succeeds(stage.store());
                    stage.line().clear();
                    stage.line().once("Reserve", 1, (frame, out) -> {
                        for (byte[] late : old) {
                            out.write(late);
                        }
                        out.write(frame.bytes());
                    });
                    stage.succeeds(stage.store());
                });
    }
}
