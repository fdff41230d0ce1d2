package org.kvdock.l2.pd.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.pd.channel.LocalSegment;
import org.kvdock.l2.pd.channel.spi.ReceivingEnd;

/** Messages as bytes and back. Every field of a decoded message is within its bound. */
public final class MessageCodec {
    private static final int MAX_CHANNELS = 16;

    private MessageCodec() {}

    /** @return the message as a MessagePack map */
    public static byte[] encode(Message message) {
        if (message instanceof Message.Hello m) {
            return new MessageWriter("Hello", 5)
                    .number("version", m.version())
                    .text("name", m.name())
                    .number("session", m.session())
                    .number("rank", m.rank())
                    .texts("channels", m.channels())
                    .bytes();
        } else if (message instanceof Message.Welcome m) {
            return new MessageWriter("Welcome", 6)
                    .number("version", m.version())
                    .number("epoch", m.epoch())
                    .text("channel", m.channel())
                    .number("max_object_bytes", m.maxObjectBytes())
                    .number("staging_bytes", m.stagingBytes())
                    .number("lease_ms", m.leaseMillis())
                    .bytes();
        } else if (message instanceof Message.Reserve m) {
            return new MessageWriter("Reserve", 12)
                    .number("id", m.id())
                    .number("epoch", m.epoch())
                    .text("req_id", m.requestId())
                    .flag("is_last_batch", m.lastBatch())
                    .number("total_chunks", m.totalChunks())
                    .number("wait_ms", m.waitMillis())
                    .keys("keys", m.keys())
                    .integers("lengths", m.lengths())
                    .layout(m.layout())
                    .bytes();
        } else if (message instanceof Message.Alloc m) {
            return new MessageWriter("Alloc", 6)
                    .number("id", m.id())
                    .integers("indexes", m.indexes())
                    .numbers("slots", m.slots())
                    .numbers("segments", m.segments())
                    .numbers("offsets", m.offsets())
                    .integers("already_sent_indexes", m.alreadySent())
                    .bytes();
        } else if (message instanceof Message.Segment m) {
            return new MessageWriter("Segment", 3)
                    .number("number", m.number())
                    .number("bytes", m.bytes())
                    .binary("descriptor", m.descriptor())
                    .bytes();
        } else if (message instanceof Message.SegmentsGone m) {
            return new MessageWriter("SegmentsGone", 1).numbers("numbers", m.numbers()).bytes();
        } else if (message instanceof Message.ChannelAddress m) {
            return new MessageWriter("ChannelAddress", 2)
                    .number("way", m.way())
                    .binary("address", m.address())
                    .bytes();
        } else if (message instanceof Message.Refused m) {
            return new MessageWriter("Refused", 3)
                    .number("id", m.id())
                    .number("code", m.code().number())
                    .text("text", clipped(m.text()))
                    .bytes();
        } else if (message instanceof Message.Lapsed m) {
            return new MessageWriter("Lapsed", 1).number("id", m.id()).bytes();
        } else if (message instanceof Message.Commit m) {
            return new MessageWriter("Commit", 5)
                    .number("id", m.id())
                    .number("epoch", m.epoch())
                    .numbers("slots", m.slots())
                    .integers("lengths", m.lengths())
                    .integers("checksums", m.checksums())
                    .bytes();
        } else if (message instanceof Message.CommitAck m) {
            return new MessageWriter("CommitAck", 5)
                    .number("id", m.id())
                    .numbers("stored", m.stored())
                    .numbers("refused", m.refused())
                    .number("code", m.code().number())
                    .text("text", clipped(m.text()))
                    .bytes();
        } else if (message instanceof Message.Abort m) {
            return new MessageWriter("Abort", 1).number("id", m.id()).bytes();
        } else if (message instanceof Message.Cancel m) {
            return new MessageWriter("CancelNotif", 2)
                    .text("req_id", m.requestId())
                    .texts("keys", List.of())
                    .bytes();
        } else {
            Message.Heartbeat m = (Message.Heartbeat) message;
            return new MessageWriter("Heartbeat", 1).numbers("transfers", m.transfers()).bytes();
        }
    }

    /**
     * @param bytes one whole message
     * @return what it says
     * @throws ProtocolException if a field is missing or not within its bound
     */
    public static Message decode(byte[] bytes) throws ProtocolException {
        Fields in = Fields.decode(bytes);
        String type = in.text("type", 64);
        return switch (type) {
            case "Hello" -> new Message.Hello(
                    in.integer("version", 0, Integer.MAX_VALUE),
                    in.text("name", Limits.TEXT_BYTES),
                    anyNumber(in, "session"),
                    in.integer("rank", 0, Integer.MAX_VALUE),
                    texts(in, "channels"));
            case "Welcome" -> new Message.Welcome(
                    in.integer("version", 0, Integer.MAX_VALUE),
                    anyNumber(in, "epoch"),
                    in.text("channel", 64),
                    in.integer("max_object_bytes", 0, Limits.CHUNK_BYTES),
                    in.number("staging_bytes", 0, Long.MAX_VALUE),
                    in.number("lease_ms", 1, Limits.MILLIS));
            case "Reserve" -> reserve(in);
            case "Alloc" -> {
                int[] indexes = in.integers("indexes", 0, Limits.ITEMS - 1);
                long[] slots = in.numbers("slots", 0, Long.MAX_VALUE);
                sameLength("slots", slots.length, indexes.length);
                long[] segments = in.numbers("segments", 0, Long.MAX_VALUE);
                long[] offsets = in.numbers("offsets", 0, Integer.MAX_VALUE);
                sameLength("segments", segments.length, offsets.length);
                if (segments.length > 0) {
                    sameLength("segments", segments.length, indexes.length);
                }
                yield new Message.Alloc(
                        id(in), indexes, slots, segments, offsets, in.integers("already_sent_indexes", 0, Limits.ITEMS - 1));
            }
            case "Segment" -> new Message.Segment(
                    in.number("number", 1, Long.MAX_VALUE),
                    in.number("bytes", 1, Integer.MAX_VALUE),
                    in.binary("descriptor", LocalSegment.MAX_DESCRIPTOR_BYTES));
            case "SegmentsGone" -> new Message.SegmentsGone(in.numbers("numbers", 1, Long.MAX_VALUE));
            case "ChannelAddress" -> new Message.ChannelAddress(
                    anyNumber(in, "way"), in.binary("address", ReceivingEnd.MAX_ADDRESS_BYTES));
            case "Refused" -> new Message.Refused(id(in), code(in), in.text("text", Limits.TEXT_BYTES));
            case "Lapsed" -> new Message.Lapsed(id(in));
            case "Commit" -> {
                long[] slots = in.numbers("slots", 0, Long.MAX_VALUE);
                int[] lengths = in.integers("lengths", 0, Limits.CHUNK_BYTES);
                int[] checksums = in.integers("checksums", Integer.MIN_VALUE, Integer.MAX_VALUE);
                sameLength("lengths", lengths.length, slots.length);
                sameLength("checksums", checksums.length, slots.length);
                yield new Message.Commit(id(in), anyNumber(in, "epoch"), slots, lengths, checksums);
            }
            case "CommitAck" -> new Message.CommitAck(
                    id(in),
                    in.numbers("stored", 0, Long.MAX_VALUE),
                    in.numbers("refused", 0, Long.MAX_VALUE),
                    code(in),
                    in.text("text", Limits.TEXT_BYTES));
            case "Abort" -> new Message.Abort(id(in));
            case "CancelNotif" -> new Message.Cancel(in.text("req_id", StoreContext.MAX_REQUEST_ID));
            case "Heartbeat" -> new Message.Heartbeat(in.numbers("transfers", 0, Long.MAX_VALUE));
            default -> throw new ProtocolException("type", type, "a type of this protocol");
        };
    }

    private static Message.Reserve reserve(Fields in) throws ProtocolException {
        List<?> encoded = in.list("keys");
        int[] lengths = in.integers("lengths", 0, Limits.CHUNK_BYTES);
        sameLength("lengths", lengths.length, encoded.size());
        List<ObjectKey> keys = new ArrayList<>(encoded.size());
        for (Object key : encoded) {
            keys.add(key(key));
        }
        return new Message.Reserve(
                id(in),
                anyNumber(in, "epoch"),
                in.text("req_id", StoreContext.MAX_REQUEST_ID),
                in.flag("is_last_batch"),
                in.integer("total_chunks", 0, Limits.REQUEST_CHUNKS),
                in.number("wait_ms", 0, Limits.MILLIS),
                keys,
                lengths,
                layout(in));
    }

    private static ObjectKey key(Object encoded) throws ProtocolException {
        if (!(encoded instanceof byte[] bytes)) {
            throw new ProtocolException("keys", "an item that is no key", "keys in binary form");
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            ObjectKey key = ObjectKey.readFrom(in);
            if (!in.hasRemaining()) {
                return key;
            }
            throw new ProtocolException("keys", "bytes after a key", "one key in each item");
        } catch (BadArgumentException e) {
            throw new ProtocolException("keys: " + e.getMessage());
        }
    }

    private static KvLayout layout(Fields in) throws ProtocolException {
        List<Long> shape = new ArrayList<>();
        for (long dimension : in.numbers("shape", 0, Long.MAX_VALUE)) {
            shape.add(dimension);
        }
        try {
            return new KvLayout(
                    in.text("fmt", 64), shape, in.text("dtype", 64), in.integer("last_chunk_toks", 0, Integer.MAX_VALUE));
        } catch (BadArgumentException e) {
            throw new ProtocolException(e.getMessage());
        }
    }

    private static List<String> texts(Fields in, String name) throws ProtocolException {
        List<String> texts = new ArrayList<>();
        for (Object item : in.list(name)) {
            if (!(item instanceof String text) || text.length() > 64 || texts.size() == MAX_CHANNELS) {
                throw new ProtocolException(name, "a list that is too long or of something else", "short texts");
            }
            texts.add(text);
        }
        return texts;
    }

    private static long id(Fields in) throws ProtocolException {
        return in.number("id", 0, Long.MAX_VALUE);
    }

    private static long anyNumber(Fields in, String name) throws ProtocolException {
        return in.number(name, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static ErrorCode code(Fields in) throws ProtocolException {
        return ErrorCode.of(in.integer("code", 0, 255));
    }

    private static void sameLength(String name, int given, int expected) throws ProtocolException {
        if (given != expected) {
            throw new ProtocolException(name, given + " items", expected + " items");
        }
    }

    private static String clipped(String text) {
        return text.length() <= 512 ? text : text.substring(0, 512);
    }
}
