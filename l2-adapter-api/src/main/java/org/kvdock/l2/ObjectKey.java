package org.kvdock.l2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Names one KV chunk. Two keys are equal when all five fields are: equal content under two salts is two objects (R15).
 * Immutable and safe for all threads.
 *
 * <p>Binary form, big-endian, at most {@value #MAX_ENCODED_LENGTH} bytes:
 *
 * <pre>
 *  0        1        2          4          8          12         14     14+h    14+h+m
 *  +--------+--------+----------+----------+----------+----------+------+-------+------+
 *  | hash   | zero   | model    | KV rank  | group    | salt     | hash | model | salt |
 *  | bytes  | u8     | bytes    | i32      | i32, at  | bytes    | h    | m     | s    |
 *  | (h) u8 |        | (m) u16  |          | least 0  | (s) u16  | raw  | UTF-8 | UTF-8|
 *  +--------+--------+----------+----------+----------+----------+------+-------+------+
 * </pre>
 *
 * Whoever sends keys can choose them so that any number have one hash code, which is the same in every process. Hash maps
 * of the JDK look such keys up by their order, so what one costs stays logarithmic in their number (R15); the immutable ones
 * of {@code Map.copyOf} and {@code Set.copyOf} do not, and are not made of keys that others have chosen.
 *
 * <p>Text form: {@code model@rank@group@hash[@salt]} with the rank as eight hex digits, group and hash in hex.
 */
public final class ObjectKey implements Comparable<ObjectKey> {
    /** Longest content hash in bytes. */
    public static final int MAX_HASH_BYTES = 64;
    /** Longest model name in UTF-16 characters. */
    public static final int MAX_MODEL_CHARS = 255;
    /** Longest cache salt in UTF-16 characters (R15). */
    public static final int MAX_SALT_CHARS = 128;
    /** Bytes before the hash in the binary form. */
    static final int FIXED_BYTES = 14;

    private static final int MAX_MODEL_BYTES = 4 * MAX_MODEL_CHARS;
    private static final int MAX_SALT_BYTES = 3 * MAX_SALT_CHARS;
    /** Longest binary form in bytes. */
    public static final int MAX_ENCODED_LENGTH = FIXED_BYTES + MAX_HASH_BYTES + MAX_MODEL_BYTES + MAX_SALT_BYTES;

    private static final HexFormat HEX = HexFormat.of();

    // The binary form is the key: equality, hash code, journal and wire all use it, and it is made once.
    private final byte[] encoded;
    // Made when it is first asked for, the same by whichever thread; 0 until then.
    private int hashCode;

    private ObjectKey(byte[] encoded) {
        this.encoded = encoded;
    }

    /**
     * @param contentHash 1 to {@value #MAX_HASH_BYTES} bytes; copied
     * @param model model name, 1 to {@value #MAX_MODEL_CHARS} characters without {@code @} and NUL
     * @param kvRank which slice of the chunk; all 32 bits may be used
     * @param group object group, at least 0
     * @param salt cache salt, at most {@value #MAX_SALT_CHARS} characters without {@code @ / \ NUL}; empty for none
     * @return the key
     * @throws BadArgumentException if a field is not as above (R15)
     */
    public static ObjectKey of(byte[] contentHash, String model, int kvRank, int group, String salt) {
        Objects.requireNonNull(contentHash, "contentHash");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(salt, "salt");
        checkHashLength(contentHash.length);
        checkModel(model);
        checkGroup(group);
        checkSalt(salt);
        byte[] modelBytes = utf8("model", model);
        byte[] saltBytes = utf8("salt", salt);
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + contentHash.length + modelBytes.length + saltBytes.length);
        out.put((byte) contentHash.length)
                .put((byte) 0)
                .putShort((short) modelBytes.length)
                .putInt(kvRank)
                .putInt(group)
                .putShort((short) saltBytes.length)
                .put(contentHash)
                .put(modelBytes)
                .put(saltBytes);
        return new ObjectKey(out.array());
    }

    /**
     * Reads one key in its binary form and checks every field as {@link #of} does.
     *
     * @param in positioned at a key; on return positioned after it
     * @return the key
     * @throws BadArgumentException if there are too few bytes or a field is not allowed; nothing larger than the
     *     bounds above is ever allocated (R15)
     */
    public static ObjectKey readFrom(ByteBuffer in) {
        if (in.remaining() < FIXED_BYTES) {
            throw new BadArgumentException("key", in.remaining() + " bytes", "at least " + FIXED_BYTES);
        }
        int at = in.position();
        int hashBytes = in.get(at) & 0xFF;
        int modelBytes = u16At(in, at + 2);
        int saltBytes = u16At(in, at + 12);
        checkHashLength(hashBytes);
        if (modelBytes == 0 || modelBytes > MAX_MODEL_BYTES || saltBytes > MAX_SALT_BYTES) {
            throw new BadArgumentException(
                    "key", modelBytes + " model and " + saltBytes + " salt bytes",
                    "1 to " + MAX_MODEL_BYTES + " and at most " + MAX_SALT_BYTES);
        }
        int length = FIXED_BYTES + hashBytes + modelBytes + saltBytes;
        if (in.remaining() < length) {
            throw new BadArgumentException("key", in.remaining() + " bytes", length + " by its own lengths");
        }
        byte[] encoded = new byte[length];
        in.get(encoded);
        ObjectKey raw = new ObjectKey(encoded);
        int textAt = FIXED_BYTES + hashBytes;
        if (encoded[1] == 0
                && raw.group() >= 0
                && modelBytes <= MAX_MODEL_CHARS
                && saltBytes <= MAX_SALT_CHARS
                && isPlain(encoded, textAt, textAt + modelBytes, false)
                && isPlain(encoded, textAt + modelBytes, length, true)) {
            return raw;
        }
        ObjectKey key = of(raw.contentHash(), raw.model(), raw.kvRank(), raw.group(), raw.salt());
        // Bytes that are not UTF-8, or a reserved byte that is not zero, would be another key than they say.
        if (!key.equals(raw)) {
            throw new BadArgumentException("key", "reserved bits or text that is not UTF-8", "zero and UTF-8");
        }
        return raw;
    }

    /** Whether all bytes are ASCII that a model or a salt may hold: nearly every key, and quickly told. */
    private static boolean isPlain(byte[] text, int from, int to, boolean salt) {
        for (int i = from; i < to; i++) {
            byte c = text[i];
            if (c <= 0 || c == '@' || salt && (c == '/' || c == '\\')) {
                return false;
            }
        }
        return true;
    }

    /**
     * @param text the form of {@link #toString()}
     * @return the key
     * @throws BadArgumentException if the text is not of that form or a field is not allowed
     */
    public static ObjectKey parse(String text) {
        if (text.length() > MAX_MODEL_CHARS + MAX_SALT_CHARS + 2 * MAX_HASH_BYTES + 24) {
            throw new BadArgumentException("key", text.length() + " characters", "shorter");
        }
        String[] parts = text.split("@", -1);
        if (parts.length != 4 && parts.length != 5) {
            throw new BadArgumentException("key", text, "model@rank@group@hash[@salt]");
        }
        if (parts.length == 5 && parts[4].isEmpty()) {
            throw new BadArgumentException("key", text, "without a trailing @ where there is no salt");
        }
        try {
            if (parts[1].length() != 8) {
                throw new BadArgumentException("key rank", parts[1], "eight hex digits");
            }
            if (parts[2].isEmpty()) {
                throw new BadArgumentException("key group", "an empty text", "one to eight hex digits");
            }
            int rank = HexFormat.fromHexDigits(parts[1]);
            int group = HexFormat.fromHexDigits(parts[2]);
            return of(HEX.parseHex(parts[3]), parts[0], rank, group, parts.length == 5 ? parts[4] : "");
        } catch (IllegalArgumentException e) {
            throw new BadArgumentException("key", text, "model@rank@group@hash[@salt] with hex digits");
        }
    }

    /** @return bytes that {@link #writeTo} writes, at most {@value #MAX_ENCODED_LENGTH} */
    public int encodedLength() {
        return encoded.length;
    }

    /**
     * @param out receives the binary form at its position, which moves past it
     */
    public void writeTo(ByteBuffer out) {
        out.put(encoded);
    }

    /** @return the content hash; a copy */
    public byte[] contentHash() {
        return Arrays.copyOfRange(encoded, FIXED_BYTES, FIXED_BYTES + hashBytes());
    }

    public String model() {
        return new String(encoded, FIXED_BYTES + hashBytes(), modelBytes(), StandardCharsets.UTF_8);
    }

    public int kvRank() {
        return intAt(4);
    }

    public int group() {
        return intAt(8);
    }

    /** @return the cache salt, empty if there is none */
    public String salt() {
        int from = FIXED_BYTES + hashBytes() + modelBytes();
        return new String(encoded, from, encoded.length - from, StandardCharsets.UTF_8);
    }

    private int hashBytes() {
        return encoded[0] & 0xFF;
    }

    private int modelBytes() {
        return (encoded[2] & 0xFF) << 8 | encoded[3] & 0xFF;
    }

    private int intAt(int at) {
        return encoded[at] << 24
                | (encoded[at + 1] & 0xFF) << 16
                | (encoded[at + 2] & 0xFF) << 8
                | encoded[at + 3] & 0xFF;
    }

    // Absolute and big-endian whatever the caller's buffer order is.
    private static int u16At(ByteBuffer in, int at) {
        return (in.get(at) & 0xFF) << 8 | in.get(at + 1) & 0xFF;
    }

    // A lone surrogate encodes as '?', so two different texts would become one key.
    private static byte[] utf8(String field, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!new String(bytes, StandardCharsets.UTF_8).equals(text)) {
            throw new BadArgumentException(field, "a lone surrogate", "text that UTF-8 can hold");
        }
        return bytes;
    }

    private static void checkHashLength(int length) {
        if (length < 1 || length > MAX_HASH_BYTES) {
            throw new BadArgumentException("hash", length + " bytes", "1 to " + MAX_HASH_BYTES);
        }
    }

    private static void checkModel(String model) {
        if (model.isEmpty() || model.length() > MAX_MODEL_CHARS || model.indexOf('@') >= 0 || model.indexOf(0) >= 0) {
            throw new BadArgumentException(
                    "model", '"' + model + '"', "1 to " + MAX_MODEL_CHARS + " characters without @ and NUL");
        }
    }

    private static void checkGroup(int group) {
        if (group < 0) {
            throw new BadArgumentException("group", group, "at least 0");
        }
    }

    private static void checkSalt(String salt) {
        boolean bad = salt.length() > MAX_SALT_CHARS;
        for (int i = 0; !bad && i < salt.length(); i++) {
            char c = salt.charAt(i);
            bad = c == '@' || c == '/' || c == '\\' || c == 0;
        }
        if (bad) {
            throw new BadArgumentException(
                    "salt", '"' + salt + '"', "at most " + MAX_SALT_CHARS + " characters without @ / \\ NUL");
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof ObjectKey key && Arrays.equals(key.encoded, encoded);
    }

    @Override
    public int hashCode() {
        int hash = hashCode;
        if (hash == 0) {
            hash = hash(encoded);
            hashCode = hash;
        }
        return hash;
    }

    /**
     * Compares the binary forms, byte by byte as unsigned numbers; consistent with {@link #equals}.
     */
    @Override
    public int compareTo(ObjectKey other) {
        return Arrays.compareUnsigned(encoded, other.encoded);
    }

    // By an instruction of the processor, also where only the first compiler runs: half the time of any loop.
    private static int hash(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    /** @return {@code model@rank@group@hash[@salt]} */
    @Override
    public String toString() {
        String salt = salt();
        String text = model() + '@' + HEX.toHexDigits(kvRank()) + '@' + Integer.toHexString(group()) + '@'
                + HEX.formatHex(contentHash());
        return salt.isEmpty() ? text : text + '@' + salt;
    }
}
