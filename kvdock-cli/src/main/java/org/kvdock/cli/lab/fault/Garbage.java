package org.kvdock.cli.lab.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kvdock.l2.pd.wire.FrameHeader;
import org.kvdock.l2.pd.wire.Message;

/** Bytes that mean nothing: in place of a frame, as a frame's payload, and from strangers at the receiver's ports. */
final class Garbage {
    private static final String NAME = "garbage";
    private static final Duration PATIENT = Duration.ofSeconds(8);
    private static final int BYTES = 3000;
    private static final int CALLERS = 40;
    private static final int SILENT_CALLERS = 100;
    private static final String WEB = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private Garbage() {}

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Channel channel : Channel.THOROUGH) {
            for (Step step : Step.OVER_THE_WIRE) {
                for (String type : step.frames(channel)) {
                    all.add(instead(step, channel, type));
                }
            }
        }
        all.add(payload(Step.RESERVE, Channel.TCP, "Reserve"));
        all.add(payload(Step.RESERVE, Channel.TCP, "Alloc"));
        all.add(payload(Step.ACKNOWLEDGE, Channel.TCP, "CommitAck"));
        all.add(payload(Step.HELLO, Channel.UCX, Step.ADDRESS));
        all.add(address());
        all.add(strangers("init_port", "strangers"));
        all.add(strangers("alloc_port", "strangers-zmq"));
        all.add(silent());
        return all;
    }

    private static byte[] drawn(Stage stage, int bytes) {
        byte[] garbage = new byte[bytes];
        stage.random().nextBytes(garbage);
        return garbage;
    }

    private static Scenario instead(Step step, Channel channel, String type) {
        return new Scenario(
                NAME, Trickles.from(type), step, channel, type.toLowerCase(Locale.ROOT),
                "garbage comes in place of " + type + "; the link is given up at once, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(type, (frame, out) -> out.write(drawn(stage, BYTES))));
                });
    }

    private static Scenario payload(Step step, Channel channel, String type) {
        return new Scenario(
                NAME, Trickles.from(type), step, channel, type.toLowerCase(Locale.ROOT) + "-payload",
                "a frame of the right form holds garbage; the link is given up at once, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(type, (frame, out) -> out.write(FrameHeader.frame(drawn(stage, BYTES)).array())));
                });
    }

    private static Scenario address() {
        return new Scenario(
                NAME, Side.RECEIVER, Step.HELLO, Channel.UCX, "address",
                "the address is none of UCX; UCX never sees it, the link is given up, and the store succeeds over the next one",
                stage -> {
                    stage.deadline(PATIENT).open();
                    stage.succeeds(stage.caught(Step.ADDRESS, (frame, out) -> {
                        Message.ChannelAddress told = (Message.ChannelAddress) frame.message();
                        out.write(Frame.bytes(new Message.ChannelAddress(told.way(), drawn(stage, told.address().length))));
                    }));
                });
    }

    private static Scenario strangers(String port, String variant) {
        return new Scenario(
                NAME, Side.RECEIVER, Step.CONNECT, Channel.TCP, variant,
                "strangers connect and send garbage, huge lengths or a web request; they are refused, and nobody else notices",
                stage -> {
                    stage.open();
                    List<Socket> callers = new ArrayList<>();
                    try {
                        for (int i = 0; i < CALLERS; i++) {
                            callers.add(call(stage.receiver().port(port), said(stage, i)));
                        }
                        stage.succeeds(stage.store());
                    } finally {
                        for (Socket caller : callers) {
                            caller.close();
                        }
                    }
                });
    }

    private static byte[] said(Stage stage, int number) {
        return switch (number % 3) {
            case 0 -> drawn(stage, BYTES);
            case 1 -> ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).put((byte) 1).put((byte) 1).array();
            default -> WEB.getBytes(StandardCharsets.US_ASCII);
        };
    }

    private static Socket call(int port, byte[] bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // Refused in the middle of it, which is right.
        }
        return socket;
    }

    private static Scenario silent() {
        return new Scenario(
                NAME, Side.RECEIVER, Step.CONNECT, Channel.TCP, "silent-strangers",
                "a hundred strangers connect and say nothing; those who came first are closed for those who come",
                stage -> {
                    stage.open();
                    List<Socket> callers = new ArrayList<>();
                    try {
                        for (int i = 0; i < SILENT_CALLERS; i++) {
                            callers.add(call(stage.receiver().port("init_port"), new byte[0]));
                        }
                        stage.succeeds(stage.store());
                    } finally {
                        for (Socket caller : callers) {
                            caller.close();
                        }
                    }
                });
    }
}
