package org.kvdock.l2.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;

class RecordCodecTest {
    private static final List<byte[]> ALL = all();

    private static List<byte[]> all() {
        Samples.Kept kept = new Samples.Kept();
        Samples.writeAll(new JournalWriter(kept, Samples.TIME));
        return kept.records;
    }

    private static JournalRecord decode(byte[] bytes) {
        return RecordCodec.decode(ByteBuffer.wrap(bytes));
    }

    @Test
    void samplesHoldEveryType() {
        Set<RecordType> seen = EnumSet.noneOf(RecordType.class);
        ALL.forEach(bytes -> seen.add(decode(bytes).type()));
        assertEquals(EnumSet.allOf(RecordType.class), seen);
        ALL.forEach(bytes -> assertEquals(decode(bytes).type(), RecordCodec.typeOf(ByteBuffer.wrap(bytes))));
        assertThrows(MalformedRecordException.class, () -> RecordCodec.typeOf(ByteBuffer.allocate(47)));
        assertThrows(MalformedRecordException.class, () -> RecordCodec.typeOf(ByteBuffer.allocate(48)));
    }

    @Test
    void everyRecordReadsBack() {
        List<JournalRecord> read = ALL.stream().map(RecordCodecTest::decode).toList();
        for (int i = 0; i < read.size(); i++) {
            assertEquals(new RecordHeader(i, 5, 1_700_000_000_000_000L, 0x1122334455667788L), read.get(i).header());
        }
        JournalRecord.EpochStart start = assertInstanceOf(JournalRecord.EpochStart.class, read.get(0));
        assertEquals("adapter-1", start.adapter());
        assertEquals(4711, start.pid());
        assertEquals(
                new JournalRecord.KeyPublished(read.get(2).header(), Samples.key(3), 1L << 40, 0xCAFEBABE, -1), read.get(2));
        assertEquals(
                new JournalRecord.Submitted(
                        read.get(3).header(), 0, TaskKind.STORE, Samples.keys(3), 123,
                        Optional.of(StoreContext.whole("req-1", 3))),
                read.get(3));
        JournalRecord.Submitted notLast = (JournalRecord.Submitted) read.get(4);
        assertEquals(false, notLast.context().get().lastBatch());
        assertEquals(9, notLast.context().get().totalChunks());
        assertEquals(Samples.keys(70), ((JournalRecord.Submitted) read.get(5)).keys());
        assertEquals(
                new JournalRecord.Completed(
                        read.get(9).header(), 2, TaskKind.LOOKUP, TaskOutcome.SUCCESS, true, Samples.bits(70, 0, 64, 69),
                        new Bitmap(70), new Bitmap(70), 30, ErrorCode.NONE, ""),
                read.get(9));
        JournalRecord.Completed timeout = (JournalRecord.Completed) read.get(10);
        assertEquals(TaskOutcome.TIMEOUT, timeout.outcome());
        assertEquals(ErrorCode.PEER_LOST, timeout.error());
        assertEquals("gone: größer 😀", timeout.errorText());
        assertEquals(List.of(1L, 2L, 3L), ((JournalRecord.Delivered) read.get(12)).taskIds());
        assertEquals(
                new JournalRecord.Unlocked(read.get(13).header(), Samples.keys(70), Samples.bits(70, 0, 64)), read.get(13));
        assertEquals(new JournalRecord.LeaseEnded(read.get(14).header(), Samples.key(69), 1), read.get(14));
        assertEquals(
                new JournalRecord.KeyRemoved(read.get(15).header(), Samples.key(3), RemovalReason.DAMAGED), read.get(15));
        assertEquals(new JournalRecord.Abandoned(read.get(16).header(), 0, 17, TaskKind.LOAD), read.get(16));
        assertEquals(new JournalRecord.Checkpoint(read.get(17).header(), 12), read.get(17));
    }

    @Test
    void offHeapBytesReadAlikeAndPositionsStay() {
        for (byte[] bytes : ALL) {
            ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 9).position(4);
            direct.put(bytes).flip().position(4);
            assertEquals(decode(bytes), RecordCodec.decode(direct));
            assertEquals(4, direct.position());
            RecordCodec.seal(direct, 99);
            assertEquals(99, RecordCodec.decode(direct).header().sequence());
        }
    }

    @Test
    void everyBitFlipIsRejected() {
        for (byte[] bytes : ALL) {
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] flipped = bytes.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThrows(
                        MalformedRecordException.class, () -> decode(flipped), decode(bytes).type() + ", bit " + bit);
            }
        }
    }

    @Test
    void everyCutAndEveryExtensionIsRejected() {
        for (byte[] bytes : ALL) {
            for (int length = 0; length < bytes.length; length++) {
                ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
                assertThrows(MalformedRecordException.class, () -> RecordCodec.decode(cut));
            }
            assertThrows(MalformedRecordException.class, () -> decode(Arrays.copyOf(bytes, bytes.length + 1)));
        }
    }

    @Test
    void damageUnderAGoodChecksumIsARecordOrRejected() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = ALL.get(random.nextInt(ALL.size())).clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                // Where a hostile writer would aim: counts and lengths.
                int at = RecordCodec.HEADER_BYTES + random.nextInt(Math.max(1, bytes.length - RecordCodec.HEADER_BYTES));
                if (at < bytes.length) {
                    bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (random.nextBoolean() ? 0xFF : 0x7F);
                }
            }
            ByteBuffer sealed = ByteBuffer.wrap(bytes);
            RecordCodec.seal(sealed, round);
            try {
                assertEquals(round, RecordCodec.decode(sealed).header().sequence());
            } catch (MalformedRecordException e) {
                assertTrue(e.getMessage().indexOf('\n') < 0, "seed " + seed);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        Samples.Kept kept = new Samples.Kept();
        String text = "😀".repeat(400) + "x";
        new JournalWriter(kept, Samples.TIME).completed(
                new TaskResult(
                        0, TaskKind.LOAD, TaskOutcome.FAILURE, new Bitmap(0), new Bitmap(0), new Bitmap(0), 0,
                        ErrorCode.INTERNAL, "a" + text),
                false);
        String read = ((JournalRecord.Completed) decode(kept.records.get(0))).errorText();
        assertEquals("a" + "😀".repeat(255), read);
        assertTrue(read.getBytes(StandardCharsets.UTF_8).length <= RecordCodec.MAX_TEXT_BYTES);
    }

    @Test
    void bitmapsOfEveryShapeReadBack() {
        for (int length : new int[] {0, 1, 63, 64, 65, 200}) {
            for (Bitmap map : List.of(new Bitmap(length), Bitmap.ones(length), Bitmap.ones(length).first(length / 2))) {
                ByteBuffer out = ByteBuffer.allocate(RecordCodec.encodedBytes(map));
                RecordCodec.putBitmap(out, map);
                assertEquals(0, out.remaining());
                Samples.Kept kept = new Samples.Kept();
                new JournalWriter(kept, Samples.TIME).completed(Samples.result(0, TaskKind.LOAD, map), false);
                assertEquals(map, ((JournalRecord.Completed) decode(kept.records.get(0))).bitmap());
            }
        }
    }

    @Test
    void aRecordPastTheLongestIsRefusedBeforeMemoryIsTaken() {
        JournalWriter writer = new JournalWriter(new Samples.Kept(), Samples.TIME);
        List<ObjectKey> many = Collections.nCopies(1 << 20, Samples.key(1));
        assertThrows(
                BadArgumentException.class, () -> writer.submitted(0, TaskKind.LOOKUP, many, 0, Optional.empty()));
    }

    @Test
    void numbersOfTypesAndCausesAreStable() {
        // The layout of files that exist: a change here breaks every journal on disk.
        int number = 1;
        for (RecordType type : RecordType.values()) {
            assertEquals(number++, type.number());
            assertEquals(type, RecordType.of(type.number()));
        }
        for (ErrorCode code : ErrorCode.values()) {
            assertEquals(code.ordinal(), code.number());
            assertEquals(code, ErrorCode.of(code.number()));
        }
        assertEquals(ErrorCode.INTERNAL, ErrorCode.of(255));
        assertEquals(List.of("STORE", "LOOKUP", "LOAD"), names(TaskKind.values()));
        assertEquals(List.of("SUCCESS", "FAILURE", "TIMEOUT", "CANCELLED"), names(TaskOutcome.values()));
        assertEquals(
                List.of("DELETED", "EVICTED", "CONSUMED", "AGED", "DAMAGED", "RESTART"), names(RemovalReason.values()));
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toList();
    }
}
