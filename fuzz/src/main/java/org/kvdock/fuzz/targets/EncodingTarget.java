package org.kvdock.fuzz.targets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Message;
import org.kvdock.l2.pd.wire.MessageCodec;
import org.kvdock.l2.pd.wire.ProtocolException;

/** Messages as our own side writes them, with any fields within their bounds: the other side must read the same. */
public final class EncodingTarget implements FuzzTarget {
    private static final int TYPES = 13;

    @Override
    public String name() {
        return "encoding";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int type = 0; type < TYPES; type++) {
            byte[] seed = new byte[64];
            for (int i = 0; i < seed.length; i++) {
                seed[i] = (byte) (i * 37 + type);
            }
            seed[0] = (byte) type;
            seeds.add(seed);
        }
        return seeds;
    }

    @Override
    public void run(byte[] input) throws ProtocolException {
        Message message = message(new InputReader(input));
        byte[] encoded = MessageCodec.encode(message);
        Message decoded = MessageCodec.decode(encoded);
        // Arrays in records are equal only to themselves, their texts are not: so the fields are compared one by one.
        Finding.unless(fields(message).equals(fields(decoded)), message + " came out as " + decoded);
        Finding.unless(Arrays.equals(encoded, MessageCodec.encode(decoded)), "encoded twice, " + message + " is not the same");
    }

    private static List<Object> fields(Message message) {
        List<Object> fields = new ArrayList<>(List.of(message.getClass()));
        try {
            for (var component : message.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                Object value = component.getAccessor().invoke(message);
                fields.add(
                        value instanceof long[] numbers ? Arrays.toString(numbers)
                                : value instanceof int[] numbers ? Arrays.toString(numbers)
                                : value instanceof byte[] bytes ? Arrays.toString(bytes)
                                : value);
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record without accessors", e);
        }
        return fields;
    }

    private static Message message(InputReader in) {
        return switch (in.u8() % TYPES) {
            case 0 -> new Message.Hello(in.i32() >>> 1, text(in, 100), in.i64(), in.i32() >>> 1, List.of(text(in, 20), text(in, 60)));
            case 1 -> new Message.Welcome(
                    in.i32() >>> 1, in.i64(), text(in, 60), in.i32() >>> 2, in.i64() >>> 1, 1 + in.u16());
            case 2 -> reserve(in);
            case 3 -> {
                int slots = in.u8();
                yield new Message.Alloc(
                        in.i64() >>> 1, indexes(in, slots), numbers(in, slots), numbers(in, slots), offsets(in, slots), indexes(in, in.u8()));
            }
            case 4 -> new Message.Segment(1 + (in.i64() >>> 2), 1 + (in.i32() >>> 2), in.shortBytes());
            case 5 -> new Message.SegmentsGone(Arrays.stream(numbers(in, in.u8())).map(n -> n | 1).toArray());
            case 6 -> new Message.Refused(in.i64() >>> 1, code(in), text(in, 500));
            case 7 -> new Message.Lapsed(in.i64() >>> 1);
            case 8 -> {
                int slots = in.u8();
                yield new Message.Commit(in.i64() >>> 1, in.i64(), numbers(in, slots), indexes(in, slots), checksums(in, slots));
            }
            case 9 -> new Message.CommitAck(
                    in.i64() >>> 1, numbers(in, in.u8()), numbers(in, in.u8()), code(in), text(in, 500));
            case 10 -> new Message.Abort(in.i64() >>> 1);
            case 11 -> new Message.Cancel(text(in, 200));
            default -> new Message.Heartbeat(numbers(in, in.u8()));
        };
    }

    private static Message reserve(InputReader in) {
        List<ObjectKey> keys = new ArrayList<>();
        int count = in.u8() % 20;
        for (int i = 0; i < count; i++) {
            byte[] hash = in.bytes(1 + in.u8() % ObjectKey.MAX_HASH_BYTES);
            keys.add(ObjectKey.of(
                    hash.length == 0 ? new byte[1] : hash, "m" + text(in, 200).replace('@', '_'), in.i32(), in.i32() >>> 1,
                    text(in, 100).replaceAll("[@/\\\\]", "_")));
        }
        return new Message.Reserve(
                in.i64() >>> 1, in.i64(), text(in, 200), in.u8() % 2 == 0, in.i32() >>> 8, in.u16(), keys, indexes(in, count),
                new KvLayout(text(in, 60), List.of(in.i64() >>> 1, in.i64() >>> 1), text(in, 60), in.i32() >>> 1));
    }

    /** Any characters but surrogates, which come in pairs, and NUL, which names must not have. */
    private static String text(InputReader in, int most) {
        int length = in.u8() % most;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length && in.hasMore(); i++) {
            char c = (char) (i % 3 == 2 ? in.u16() : in.u8());
            text.append(Character.isSurrogate(c) || c == 0 ? '?' : c);
        }
        return text.toString();
    }

    private static ErrorCode code(InputReader in) {
        return ErrorCode.values()[in.u8() % ErrorCode.values().length];
    }

    private static long[] numbers(InputReader in, int count) {
        long[] numbers = new long[count];
        Arrays.setAll(numbers, i -> in.i64() >>> 1);
        return numbers;
    }

    private static long[] offsets(InputReader in, int count) {
        long[] numbers = new long[count];
        Arrays.setAll(numbers, i -> in.i32() >>> 1);
        return numbers;
    }

    private static int[] indexes(InputReader in, int count) {
        int[] numbers = new int[count];
        Arrays.setAll(numbers, i -> in.u16());
        return numbers;
    }

    private static int[] checksums(InputReader in, int count) {
        int[] numbers = new int[count];
        Arrays.setAll(numbers, i -> in.i32());
        return numbers;
    }
}
