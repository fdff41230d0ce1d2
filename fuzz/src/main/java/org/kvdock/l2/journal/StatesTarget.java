package org.kvdock.l2.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.fuzz.Slices;

/** Task states as checkpoints hold them, from streams that give few bytes at a time and go on behind the limit. */
public final class StatesTarget implements FuzzTarget {
    private static final Decoding DECODING = new Decoding(MalformedRecordException.class, 160 << 10, 24);

    @Override
    public String name() {
        return "states";
    }

    @Override
    public List<byte[]> seeds() {
        byte[] empty = seed(new TaskState());
        return List.of(empty, seed(folded()), Arrays.copyOf(empty, empty.length - 5));
    }

    /** @return a state in which each kind of thing is */
    public static TaskState folded() {
        TaskState state = new TaskState();
        RecordForms.samples().subList(0, 11).forEach(state::apply);
        state.apply(RecordForms.samples().get(3));
        return state;
    }

    private static byte[] seed(TaskState state) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 0, 0, 9, 0, 3});
        out.writeBytes(written(state));
        return out.toByteArray();
    }

    private static byte[] written(TaskState state) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            TaskStateCodec.write(state, out);
        } catch (IOException e) {
            throw new Finding("memory does no I/O", e);
        }
        return out.toByteArray();
    }

    @Override
    public void run(byte[] input) throws IOException {
        InputReader in = new InputReader(input);
        int seed = in.i32();
        int behind = in.u16() % 100;
        byte[] form = in.rest();
        int limit = Math.max(0, form.length - behind);
        Optional<TaskState> state = DECODING.decoded(form.length, () -> TaskStateCodec.read(new Sparing(form, new Slices(seed)), limit));
        Optional<TaskState> whole =
                DECODING.decoded(form.length, () -> TaskStateCodec.read(new ByteArrayInputStream(form, 0, limit), limit));
        Finding.unless(state.isPresent() == whole.isPresent(), "read in pieces it is " + state + ", in one it is " + whole);
        Sparing counted = new Sparing(form, new Slices(seed));
        DECODING.decoded(form.length, () -> TaskStateCodec.read(counted, limit));
        Finding.unless(counted.given <= limit, counted.given + " bytes were read, the limit is " + limit);
        if (state.isPresent()) {
            byte[] written = written(state.get());
            Finding.unless(Arrays.equals(sorted(written), sorted(written(whole.get()))), "another state in pieces than in one");
            TaskState again = TaskStateCodec.read(new ByteArrayInputStream(written), written.length);
            Finding.unless(again.snapshot().equals(state.get().snapshot()), "written and read, another state");
            Finding.unless(again.keys().equals(state.get().keys()) && again.candidates().equals(state.get().candidates()), "other keys");
            Finding.unless(again.openTasks().equals(state.get().openTasks()), "other open tasks");
            Finding.unless(again.locks().equals(state.get().locks()), "other locks");
        }
    }

    /** Sets and maps have no order of their own. */
    private static byte[] sorted(byte[] bytes) {
        byte[] sorted = bytes.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** Gives what is asked for in pieces, and counts. */
    private static final class Sparing extends FilterInputStream {
        private final Slices slices;
        private int given;

        Sparing(byte[] form, Slices slices) {
            super(new ByteArrayInputStream(form));
            this.slices = slices;
        }

        @Override
        public int read(byte[] into, int at, int most) throws IOException {
            int got = super.read(into, at, most == 0 ? 0 : slices.next(most));
            given += Math.max(0, got);
            return got;
        }
    }
}
