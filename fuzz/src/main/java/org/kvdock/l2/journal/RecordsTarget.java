package org.kvdock.l2.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;

/**
 * Journal records: sealed ones of any type, numbers and body, and now and then bytes that are not even that. What could be
 * read must be written again as it was, and can be folded.
 */
public final class RecordsTarget implements FuzzTarget {
    /** A bitmap of a mebibit that says that it is all zeros takes 128 KiB, and a completion has three. */
    private static final Decoding DECODING = new Decoding(MalformedRecordException.class, 1 << 20, 24);
    private static final int AS_IT_IS = 255;

    @Override
    public String name() {
        return "records";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (JournalRecord record : RecordForms.samples()) {
            byte[] written = RecordForms.written(record);
            byte[] seed = Arrays.copyOfRange(written, RecordCodec.SEALED_FROM - 1, written.length);
            seed[0] = (byte) record.type().number();
            seeds.add(seed);
        }
        byte[] raw = RecordForms.written(RecordForms.samples().get(0));
        byte[] asItIs = new byte[raw.length + 1];
        asItIs[0] = (byte) AS_IT_IS;
        System.arraycopy(raw, 0, asItIs, 1, raw.length);
        seeds.add(asItIs);
        return seeds;
    }

    @Override
    public void run(byte[] input) {
        InputReader in = new InputReader(input);
        int type = in.u8();
        byte[] record;
        if (type == AS_IT_IS) {
            record = in.rest();
        } else {
            byte[] header = in.bytes(RecordCodec.HEADER_BYTES - RecordCodec.SEALED_FROM);
            long sequence = header.length < 12 ? 0 : ByteBuffer.wrap(header).getLong(4);
            record = RecordForms.sealed(type, sequence, header, in.rest());
        }
        check(record);
    }

    private static void check(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Optional<JournalRecord> record = DECODING.decoded(bytes.length, () -> RecordCodec.decode(in));
        Finding.unless(in.position() == 0 && in.limit() == bytes.length, "position and limit did not stay");
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 3).position(3).put(bytes).position(3);
        Optional<JournalRecord> fromDirect = DECODING.decoded(bytes.length, () -> RecordCodec.decode(direct));
        Finding.unless(record.equals(fromDirect), "in other memory another record");
        if (record.isPresent()) {
            byte[] written = RecordForms.written(record.get());
            JournalRecord again = RecordCodec.decode(ByteBuffer.wrap(written));
            Finding.unless(Arrays.equals(written, RecordForms.written(again)), "written twice, it is not the same: " + again);
            // Text that was no UTF-8, or was longer than a line may be, is told in a form that is.
            Finding.unless(hasText(again) || again.equals(record.get()), "written and read, another record: " + again);
            TaskState state = new TaskState();
            state.apply(record.get());
            Finding.unless(state.counters().records() == 1, "a record that does not count");
        }
    }

    private static boolean hasText(JournalRecord record) {
        return record instanceof JournalRecord.EpochStart
                || record instanceof JournalRecord.Submitted submitted && submitted.context().isPresent()
                || record instanceof JournalRecord.Completed completed && !completed.errorText().isEmpty();
    }
}
