package org.kvdock.l2.pd.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * The fields of one message: a MessagePack map from names to values. Decoding takes no more memory than a small multiple
 * of the bytes that really came, whatever the lengths in them say.
 */
public final class Fields {
    private final Map<String, Object> values;

    private Fields(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * @param message one whole message
     * @return its fields
     * @throws ProtocolException if it is not one map of allowed values, or something follows it
     */
    public static Fields decode(byte[] message) throws ProtocolException {
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(message)) {
            Object value = value(in, message.length, 0);
            if (in.getTotalReadBytes() != message.length) {
                throw new ProtocolException("message", "bytes after its end", "one map");
            }
            if (!(value instanceof Map<?, ?> map)) {
                throw new ProtocolException("message", "no map", "a map with a type");
            }
            Map<String, Object> fields = new HashMap<>();
            map.forEach((name, field) -> fields.put((String) name, field));
            return new Fields(fields);
        } catch (MessagePackException | IOException | IllegalArgumentException e) {
            if (e instanceof ProtocolException known) {
                throw known;
            }
            throw new ProtocolException("message: is no MessagePack: " + e.getMessage());
        }
    }

    private static Object value(MessageUnpacker in, int messageBytes, int depth) throws IOException {
        if (!in.hasNext()) {
            throw new ProtocolException("message", "cut short", "whole");
        }
        if (depth > Limits.DEPTH) {
            throw new ProtocolException("message", "deeper nesting", "at most " + Limits.DEPTH);
        }
        MessageFormat format = in.getNextFormat();
        long left = messageBytes - in.getTotalReadBytes();
        return switch (format.getValueType()) {
            case NIL -> {
                in.unpackNil();
                yield null;
            }
            case BOOLEAN -> in.unpackBoolean();
            case INTEGER -> format == MessageFormat.UINT64 ? in.unpackBigInteger().longValue() : (Object) in.unpackLong();
            case FLOAT -> in.unpackDouble();
            case STRING -> new String(in.readPayload(bounded(in.unpackRawStringHeader(), left)), StandardCharsets.UTF_8);
            case BINARY -> in.readPayload(bounded(in.unpackBinaryHeader(), left));
            case ARRAY -> {
                int size = bounded(in.unpackArrayHeader(), Math.min(left, Limits.ITEMS));
                List<Object> list = new ArrayList<>(Math.min(size, 4096));
                for (int i = 0; i < size; i++) {
                    list.add(value(in, messageBytes, depth + 1));
                }
                yield list;
            }
            case MAP -> {
                int size = bounded(in.unpackMapHeader(), Math.min(left, 64));
                Map<String, Object> map = new HashMap<>();
                for (int i = 0; i < size; i++) {
                    if (!(value(in, messageBytes, depth + 1) instanceof String name)) {
                        throw new ProtocolException("message", "a name that is no text", "text");
                    }
                    if (map.containsKey(name)) {
                        throw new ProtocolException("message", "the name " + name + " twice", "once");
                    }
                    map.put(name, value(in, messageBytes, depth + 1));
                }
                yield map;
            }
            case EXTENSION -> throw new ProtocolException("message", "an extension type", "plain values");
        };
    }

    private static int bounded(int length, long most) throws ProtocolException {
        if (length < 0 || length > most) {
            throw new ProtocolException("message", "a length of " + length, "0 to " + most);
        }
        return length;
    }

    /** @return whether the field is there and not nil */
    public boolean has(String name) {
        return values.get(name) != null;
    }

    /** @return text of at most that many bytes' worth of characters */
    public String text(String name, int most) throws ProtocolException {
        if (values.get(name) instanceof String text && text.length() <= most) {
            return text;
        }
        throw wrong(name, "text of at most " + most + " characters");
    }

    /** @return raw bytes, at most that many */
    public byte[] binary(String name, int most) throws ProtocolException {
        if (values.get(name) instanceof byte[] bytes && bytes.length <= most) {
            return bytes;
        }
        throw wrong(name, "at most " + most + " bytes");
    }

    /** @return the number */
    public long number(String name, long least, long most) throws ProtocolException {
        return number(name, values.get(name), least, most);
    }

    /** @return the number as int; bounds must fit */
    public int integer(String name, int least, int most) throws ProtocolException {
        return (int) number(name, least, most);
    }

    /** @return true or false */
    public boolean flag(String name) throws ProtocolException {
        if (values.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "true or false");
    }

    /** @return the numbers of a list */
    public long[] numbers(String name, long least, long most) throws ProtocolException {
        List<?> list = list(name);
        long[] numbers = new long[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(name, list.get(i), least, most);
        }
        return numbers;
    }

    /** @return the numbers of a list as ints; bounds must fit */
    public int[] integers(String name, int least, int most) throws ProtocolException {
        List<?> list = list(name);
        int[] numbers = new int[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (int) number(name, list.get(i), least, most);
        }
        return numbers;
    }

    /** @return the list, its items of any type */
    public List<?> list(String name) throws ProtocolException {
        if (values.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "a list");
    }

    private static long number(String name, Object value, long least, long most) throws ProtocolException {
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        throw new ProtocolException(name, value, "a whole number from " + least + " to " + most);
    }

    private ProtocolException wrong(String name, String allowed) {
        Object value = values.get(name);
        String given = String.valueOf(value);
        return new ProtocolException(name, given.length() > 80 ? given.substring(0, 80) + "..." : given, allowed);
    }
}
