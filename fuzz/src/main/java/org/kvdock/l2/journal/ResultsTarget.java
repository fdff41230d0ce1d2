package org.kvdock.l2.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.TaskResult;

/**
 * Results of tasks as a journal holds them: three bitmaps of any words, and what can be asked of a bitmap, held against
 * the JDK's own.
 */
public final class ResultsTarget implements FuzzTarget {
    private static final Decoding WORDS = new Decoding(BadArgumentException.class, 64 << 10, 8);
    private static final int MOST_BITS = 700;

    @Override
    public String name() {
        return "results";
    }

    @Override
    public List<byte[]> seeds() {
        byte[] many = new byte[200];
        Arrays.fill(many, (byte) 0xA5);
        many[0] = 0;
        many[1] = 70;
        return List.of(new byte[] {0, 3, 0, 0, 0, 0, 0, 0, 0, 5, 7}, many, new byte[40]);
    }

    @Override
    public void run(byte[] input) {
        InputReader in = new InputReader(input);
        int bits = in.u16() % MOST_BITS;
        Optional<Bitmap> first = bitmap(in, bits);
        Optional<Bitmap> second = bitmap(in, bits);
        if (first.isPresent() && second.isPresent()) {
            compare(first.get(), second.get(), in.u16());
            roundTrip(first.get(), second.get(), in);
        }
    }

    private static Optional<Bitmap> bitmap(InputReader in, int bits) {
        long[] words = new long[Bitmap.wordsFor(bits)];
        Arrays.setAll(words, i -> in.i64());
        boolean tail = bits % 64 != 0 && words[words.length - 1] >>> bits % 64 != 0;
        Optional<Bitmap> map = WORDS.decoded(words.length * Long.BYTES, () -> Bitmap.ofWords(bits, words));
        Finding.unless(map.isPresent() != tail, "bits past the length " + (tail ? "were let in" : "were seen, and there are none"));
        return map;
    }

    private static void compare(Bitmap a, Bitmap b, int k) {
        BitSet setA = set(a);
        BitSet setB = set(b);
        Finding.unless(a.count() == setA.cardinality() && a.isEmpty() == setA.isEmpty(), "count of " + a);
        Finding.unless(a.leadingOnes() == setA.nextClearBit(0) && a.all() == (setA.cardinality() == a.length()), "prefix of " + a);
        BitSet and = (BitSet) setA.clone();
        and.and(setB);
        BitSet or = (BitSet) setA.clone();
        or.or(setB);
        BitSet minus = (BitSet) setA.clone();
        minus.andNot(setB);
        Finding.unless(set(a.and(b)).equals(and) && set(a.or(b)).equals(or) && set(a.minus(b)).equals(minus), a + " with " + b);
        Finding.unless(Arrays.equals(a.first(k).indices().toArray(), setA.stream().limit(k).toArray()), "first " + k + " of " + a);
        List<Integer> all = IntStream.range(0, a.length()).boxed().toList();
        Finding.unless(a.gather(all).equals(setA.stream().boxed().toList()), "gathered by " + a);
    }

    private static BitSet set(Bitmap map) {
        BitSet set = new BitSet();
        IntStream.range(0, map.length()).filter(map::test).forEach(set::set);
        return set;
    }

    private static void roundTrip(Bitmap a, Bitmap b, InputReader in) {
        byte[] body = body(a, b, in);
        JournalRecord.Completed read;
        try {
            read = (JournalRecord.Completed) RecordCodec.decode(ByteBuffer.wrap(RecordForms.sealed(RecordType.COMPLETED.number(), 0, body)));
        } catch (MalformedRecordException e) {
            Decoding.checkMessage(e);
            return;
        }
        TaskResult result = new TaskResult(
                read.taskId(), read.kind(), read.outcome(), read.bitmap(), read.moved(), read.unconfirmed(), read.bytesMoved(),
                read.error(), read.errorText());
        Finding.unless(result.bitmap().equals(a) && result.moved().equals(b) && result.unconfirmed().equals(a.minus(b)), "bitmaps of " + read);
        Finding.unless(result.errorText().lines().count() <= 1, "an error text of several lines: " + result.errorText());
    }

    private static byte[] body(Bitmap a, Bitmap b, InputReader in) {
        byte[] text = in.shortBytes();
        ByteBuffer out = ByteBuffer.allocate(22 + text.length + 3 * (Integer.BYTES + MOST_BITS / 8 + Long.BYTES));
        out.putLong(in.u8()).put((byte) (in.u8() % 4)).put((byte) (in.u8() % 8)).put((byte) in.u8()).put((byte) in.u8());
        out.putLong(in.i64()).putShort((short) text.length).put(text);
        RecordCodec.putBitmap(out, a);
        RecordCodec.putBitmap(out, b);
        RecordCodec.putBitmap(out, a.minus(b));
        return Arrays.copyOf(out.array(), out.position());
    }
}
