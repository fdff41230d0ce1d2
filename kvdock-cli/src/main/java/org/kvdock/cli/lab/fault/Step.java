package org.kvdock.cli.lab.fault;

import java.util.List;

/** A step of a transfer, and the frames that are under way in it. */
enum Step {
    /** A connection is made. */
    CONNECT("", ""),
    /** The sender says who it is, the receiver welcomes it. */
    HELLO("Hello", "Welcome"),
    /** The sender asks for room, the receiver gives slots. */
    RESERVE("Reserve", "Alloc"),
    /** Bytes go into slots. Over shared memory and UCX no frame says so: it begins with the slots. */
    WRITE("Data", ""),
    /** The sender says that all is written. */
    COMMIT("Commit", ""),
    /** The receiver has verified and published, and says so. */
    ACKNOWLEDGE("", "CommitAck"),
    /** The receiver's host looks up and loads. */
    LOAD("", "");

    /** The steps in which frames pass. */
    static final List<Step> OVER_THE_WIRE = List.of(HELLO, RESERVE, WRITE, COMMIT, ACKNOWLEDGE);

    /** Where the receiver's end of UCX is, after the welcome. */
    static final String ADDRESS = "ChannelAddress";

    private final String toReceiver;
    private final String toSender;

    Step(String toReceiver, String toSender) {
        this.toReceiver = toReceiver;
        this.toSender = toSender;
    }

    /** @return the frame in whose passing the step is interrupted, the sender's if there are two */
    String frame(Channel channel) {
        if (this == WRITE && (channel == Channel.SHM || channel == Channel.UCX)) {
            return "Alloc";
        }
        return toReceiver.isEmpty() ? toSender : toReceiver;
    }

    /** @return frames of this step, in the order in which they pass */
    List<String> frames(Channel channel) {
        if (channel == Channel.UCX && this == HELLO) {
            return List.of(toReceiver, toSender, ADDRESS);
        } else if (channel == Channel.UCX && this == WRITE) {
            return List.of();
        }
        return List.of(toReceiver, toSender).stream().filter(name -> !name.isEmpty()).toList();
    }
}
