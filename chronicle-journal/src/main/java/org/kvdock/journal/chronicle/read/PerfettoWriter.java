package org.kvdock.journal.chronicle.read;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a Perfetto trace of track events (the protobuf messages of its {@code trace_packet.proto} and
 * {@code track_event.proto}), packet by packet. For one thread.
 */
final class PerfettoWriter {
    private static final int TRACE_PACKET = 1;

    private static final int PACKET_CLOCK_SNAPSHOT = 6;
    private static final int PACKET_TIMESTAMP = 8;
    private static final int PACKET_SEQUENCE = 10;
    private static final int PACKET_EVENT = 11;
    private static final int PACKET_TRACK = 60;

    private static final int CLOCK = 1;
    private static final int CLOCK_ID = 1;
    private static final int CLOCK_TIMESTAMP = 2;
    private static final int REALTIME = 1;
    private static final int BOOTTIME = 6;

    private static final int TRACK_UUID = 1;
    private static final int TRACK_NAME = 2;
    private static final int TRACK_PROCESS = 3;
    private static final int TRACK_PARENT = 5;
    private static final int TRACK_COUNTER = 8;
    private static final int PROCESS_PID = 1;
    private static final int PROCESS_NAME = 6;

    private static final int EVENT_ANNOTATION = 4;
    private static final int EVENT_TYPE = 9;
    private static final int EVENT_TRACK = 11;
    private static final int EVENT_NAME = 23;
    private static final int EVENT_COUNTER_VALUE = 30;
    private static final int ANNOTATION_INT = 4;
    private static final int ANNOTATION_TEXT = 6;
    private static final int ANNOTATION_NAME = 10;

    private static final int SLICE_BEGIN = 1;
    private static final int SLICE_END = 2;
    private static final int INSTANT = 3;
    private static final int COUNTER = 4;

    private final OutputStream out;
    private final Proto trace = new Proto();
    private final Proto packet = new Proto();
    private final Proto inner = new Proto();
    private final Proto annotation = new Proto();
    private long packets;

    PerfettoWriter(OutputStream out) {
        this.out = out;
    }

    long packets() {
        return packets;
    }

    /** Says what a moment is called on the wall clock, so that the viewer can show dates. */
    void clocks(long nanos) throws IOException {
        inner.clear();
        for (int clock : new int[] {REALTIME, BOOTTIME}) {
            annotation.clear().number(CLOCK_ID, clock).number(CLOCK_TIMESTAMP, nanos);
            inner.message(CLOCK, annotation);
        }
        packet.clear().number(PACKET_TIMESTAMP, nanos).message(PACKET_CLOCK_SNAPSHOT, inner);
        writePacket();
    }

    void process(long uuid, int pid, String name) throws IOException {
        annotation.clear().number(PROCESS_PID, pid).text(PROCESS_NAME, name);
        inner.clear().number(TRACK_UUID, uuid).text(TRACK_NAME, name).message(TRACK_PROCESS, annotation);
        writeTrack();
    }

    /** Tracks of the same name below the same parent are shown as one. */
    void track(long uuid, long parent, String name) throws IOException {
        inner.clear().number(TRACK_UUID, uuid).text(TRACK_NAME, name).number(TRACK_PARENT, parent);
        writeTrack();
    }

    void counterTrack(long uuid, long parent, String name) throws IOException {
        inner.clear()
                .number(TRACK_UUID, uuid)
                .text(TRACK_NAME, name)
                .number(TRACK_PARENT, parent)
                .message(TRACK_COUNTER, annotation.clear());
        writeTrack();
    }

    private void writeTrack() throws IOException {
        packet.clear().message(PACKET_TRACK, inner);
        writePacket();
    }

    PerfettoWriter begin(long track, String name) {
        inner.clear().number(EVENT_TYPE, SLICE_BEGIN).number(EVENT_TRACK, track).text(EVENT_NAME, name);
        return this;
    }

    PerfettoWriter end(long track) {
        inner.clear().number(EVENT_TYPE, SLICE_END).number(EVENT_TRACK, track);
        return this;
    }

    PerfettoWriter instant(long track, String name) {
        inner.clear().number(EVENT_TYPE, INSTANT).number(EVENT_TRACK, track).text(EVENT_NAME, name);
        return this;
    }

    PerfettoWriter counter(long track, long value) {
        inner.clear().number(EVENT_TYPE, COUNTER).number(EVENT_TRACK, track).number(EVENT_COUNTER_VALUE, value);
        return this;
    }

    PerfettoWriter with(String name, long value) {
        inner.message(EVENT_ANNOTATION, annotation.clear().text(ANNOTATION_NAME, name).number(ANNOTATION_INT, value));
        return this;
    }

    PerfettoWriter with(String name, String value) {
        inner.message(EVENT_ANNOTATION, annotation.clear().text(ANNOTATION_NAME, name).text(ANNOTATION_TEXT, value));
        return this;
    }

    /** Writes the event that was begun last. */
    void at(long nanos) throws IOException {
        packet.clear().number(PACKET_TIMESTAMP, nanos).message(PACKET_EVENT, inner);
        writePacket();
    }

    private void writePacket() throws IOException {
        packet.number(PACKET_SEQUENCE, 1);
        trace.clear().message(TRACE_PACKET, packet).writeTo(out);
        packets++;
    }
}
