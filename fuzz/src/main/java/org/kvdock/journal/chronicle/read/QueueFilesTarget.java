package org.kvdock.journal.chronicle.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.fuzz.ScratchFile;
import org.kvdock.l2.journal.JournalRecord;
import org.kvdock.l2.journal.RecordForms;

/**
 * Queue files, put together by instructions: whole records, the queue's own metadata, zeros, headers that say anything, and
 * any bytes. The reader must come to an end, tell of no more damages than there can be, and find every whole record that
 * stands where one may.
 */
public final class QueueFilesTarget implements FuzzTarget {
    private static final int NOT_COMPLETE = 0x80000000;
    private static final int METADATA = 0x40000000;
    private static final int MOST_PARTS = 64;
    private static final Decoding DECODING = new Decoding(IOException.class, 4 << 20, 64);

    private final ScratchFile file = new ScratchFile("20260101F.cq4");
    private final Path begun = JournalDirectory.begunMarker(file.directory());

    @Override
    public String name() {
        return "queue-files";
    }

    @Override
    public List<byte[]> seeds() {
        byte[] header = {1, 0, 2, 40};
        byte[] records = {1, 0, 2, 40, 0, 3, 0, 0, 0, 2, 0, 0, 1, 0, 1, 0, 0, 3, 0, 3, 8};
        byte[] gap = {1, 0, 2, 40, 0, 3, 0, 3, 16, 0, 12, 8, 0, 0, 0, 0, 0, 0, 0, 6};
        byte[] damaged = {1, 0, 2, 40, 0, 3, 0, 4, 0, 0, 0, 90, 5, 4, 1, 2, 3, 4, 0, 3, 0, 6, 4, 1, 2, 3, 4};
        return List.of(new byte[] {0}, header, records, gap, damaged);
    }

    /** A file, and how many whole records stand in it. */
    private record Built(byte[] content, List<Long> sequences) {}

    private static Built build(InputReader in) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Long> sequences = new ArrayList<>();
        for (int part = 0; part < MOST_PARTS && in.hasMore(); part++) {
            switch (in.u8() % 8) {
                case 0 -> {
                    // Records that are nothing but whole: their body does not matter here.
                    byte[] record = RecordForms.sealed(in.u8() % 2 == 0 ? 2 : 3, sequences.size(), new byte[0]);
                    headerAndContent(out, record.length, record);
                    sequences.add((long) sequences.size());
                }
                case 1 -> headerAndContent(out, METADATA | 40, named("\u00b9\u0005index", 40));
                case 2 -> headerAndContent(out, METADATA | 252, queueHeader(in.u8(), in.u8()));
                case 3 -> out.writeBytes(new byte[in.u8() & ~3]);
                case 4 -> headerAndContent(out, in.i32(), in.bytes(in.u8()));
                case 5 -> headerAndContent(out, in.u8() | (in.u8() % 2 == 0 ? 0 : NOT_COMPLETE), in.bytes(in.u8()));
                case 6 -> padded(out, in.shortBytes());
                default -> {
                    byte[] record = RecordForms.sealed(12, 0, new byte[8]);
                    record[in.u8() % record.length] ^= (byte) (1 + in.u8() % 255);
                    headerAndContent(out, record.length, record);
                }
            }
        }
        // A file may end anywhere; what is cut off is not whole.
        return new Built(out.toByteArray(), sequences);
    }

    private static byte[] named(String name, int bytes) {
        return Arrays.copyOf(name.getBytes(StandardCharsets.ISO_8859_1), bytes);
    }

    private static byte[] queueHeader(int place, int value) {
        byte[] header = named("\u00b9\u0006header writePosition", 252);
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(36 + place % 8, 2).putLong(44 + place % 8, 2).putLong(52 + place % 8, 8L * value);
        return header;
    }

    private static void headerAndContent(ByteArrayOutputStream out, int header, byte[] content) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(header).array());
        padded(out, content);
    }

    private static void padded(ByteArrayOutputStream out, byte[] content) {
        out.writeBytes(content);
        out.writeBytes(new byte[-content.length & 3]);
    }

    @Override
    public void run(byte[] input) throws IOException {
        InputReader in = new InputReader(input);
        int flags = in.u8();
        Built built = build(in);
        Path path = file.with(built.content());
        if ((flags & 1) != 0) {
            Files.write(begun, new byte[0]);
        }
        try {
            List<Damage> damages = new ArrayList<>();
            List<JournalRecord> records = read(path, built.content().length, damages);
            // At most one damage for each place where a header may stand, and one each for beginning and end.
            Finding.unless(damages.size() <= built.content().length / 4 + 2, damages.size() + " damages");
            damages.forEach(damage -> Finding.unless(
                    damage.position() >= 0 && damage.position() <= built.content().length && damage.what().lines().count() == 1,
                    "a damage that cannot be: " + damage));
            for (int i = 0; i < built.sequences().size(); i++) {
                long sequence = built.sequences().get(i);
                Finding.unless(
                        records.stream().anyMatch(record -> record.header().sequence() == sequence && record.header().epoch() == 0),
                        "record " + sequence + " stands there and was not found; damages " + damages);
            }
            Finding.unless(
                    (flags & 1) == 0 || records.size() >= built.sequences().size(), "found " + records.size() + " of " + built.sequences());
        } finally {
            Files.deleteIfExists(begun);
        }
    }

    private static List<JournalRecord> read(Path path, int bytes, List<Damage> damages) throws IOException {
        Optional<List<JournalRecord>> records = DECODING.decoded(bytes, () -> {
            damages.clear();
            List<JournalRecord> found = new ArrayList<>();
            try (QueueFileReader reader = new QueueFileReader(path, damages::add)) {
                for (JournalRecord record = reader.next(true); record != null; record = reader.next(true)) {
                    found.add(record);
                    Finding.unless(reader.end() <= bytes, "reads on at " + reader.end() + " of " + bytes);
                    Finding.unless(found.size() <= bytes / 4, "more records than there is room for");
                }
            }
            return found;
        });
        return records.orElseThrow(() -> new Finding("a file that is there could not be read"));
    }
}
