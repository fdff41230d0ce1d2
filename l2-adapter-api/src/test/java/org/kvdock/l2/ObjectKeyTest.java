package org.kvdock.l2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {
    private static final byte[] HASH = {(byte) 0xDE, (byte) 0xAD, 0, 1};

    private static ByteBuffer encoded(ObjectKey key) {
        ByteBuffer out = ByteBuffer.allocate(key.encodedLength());
        key.writeTo(out);
        return out.flip();
    }

    @Test
    void textForm() {
        assertEquals("llama/3 8b@fffffffe@1f@dead0001", ObjectKey.of(HASH, "llama/3 8b", -2, 31, "").toString());
        assertEquals("m@00000007@0@dead0001@tenant-9", ObjectKey.of(HASH, "m", 7, 0, "tenant-9").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"m@00000000@0@00", "m@ffffffff@7fffffff@dead@s", "größe 模型 😀@00000001@a@ff00@salz ü"})
    void bothFormsReadBack(String text) {
        ObjectKey key = ObjectKey.parse(text);
        assertEquals(text, key.toString());
        assertEquals(key, ObjectKey.readFrom(encoded(key)));
        assertEquals(key.hashCode(), ObjectKey.readFrom(encoded(key)).hashCode());
        assertEquals(key, ObjectKey.of(key.contentHash(), key.model(), key.kvRank(), key.group(), key.salt()));
    }

    @Test
    void eachFieldMakesAnotherKey() {
        ObjectKey key = ObjectKey.of(HASH, "m", 1, 2, "s");
        assertNotEquals(key, ObjectKey.of(new byte[] {1}, "m", 1, 2, "s"));
        assertNotEquals(key, ObjectKey.of(HASH, "n", 1, 2, "s"));
        assertNotEquals(key, ObjectKey.of(HASH, "m", 2, 2, "s"));
        assertNotEquals(key, ObjectKey.of(HASH, "m", 1, 3, "s"));
        assertNotEquals(key, ObjectKey.of(HASH, "m", 1, 2, "t"));
        assertNotEquals(ObjectKey.of(HASH, "ms", 1, 2, ""), ObjectKey.of(HASH, "m", 1, 2, "s"));
    }

    @Test
    void boundsOfEachField() {
        byte[] longest = new byte[ObjectKey.MAX_HASH_BYTES];
        String model = "😀".repeat(127) + "m";
        String salt = "ü".repeat(ObjectKey.MAX_SALT_CHARS);
        ObjectKey key = ObjectKey.of(longest, model, Integer.MIN_VALUE, Integer.MAX_VALUE, salt);
        assertTrue(key.encodedLength() <= ObjectKey.MAX_ENCODED_LENGTH);
        assertEquals(key, ObjectKey.readFrom(encoded(key)));
        assertEquals(key, ObjectKey.parse(key.toString()));

        assertThrows(BadArgumentException.class, () -> ObjectKey.of(new byte[0], "m", 0, 0, ""));
        assertThrows(BadArgumentException.class, () -> ObjectKey.of(new byte[65], "m", 0, 0, ""));
        assertThrows(BadArgumentException.class, () -> ObjectKey.of(HASH, "", 0, 0, ""));
        assertThrows(BadArgumentException.class, () -> ObjectKey.of(HASH, "m".repeat(256), 0, 0, ""));
        assertThrows(BadArgumentException.class, () -> ObjectKey.of(HASH, "m", 0, -1, ""));
        assertThrows(BadArgumentException.class, () -> ObjectKey.of(HASH, "m", 0, 0, "s".repeat(129)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "@", "a\0b"})
    void badModels(String model) {
        assertThrows(BadArgumentException.class, () -> ObjectKey.of(HASH, model, 0, 0, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "../up", "a\\b", "nul\0", "\ud800"})
    void badSalts(String salt) {
        assertThrows(BadArgumentException.class, () -> ObjectKey.of(HASH, "m", 0, 0, salt));
    }

    @Test
    void loneSurrogateInModelIsRefused() {
        assertThrows(BadArgumentException.class, () -> ObjectKey.of(HASH, "m\udc00", 0, 0, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "m", "m@0@0@00", "m@00000000@0", "m@00000000@0@", "m@00000000@0@0", "m@00000000@0@xy", "m@0000000g@0@00",
        "m@00000000@@00", "m@00000000@80000000@00", "m@00000000@-1@00", "m@00000000@100000000@00", "@00000000@0@00",
        "m@00000000@0@00@", "m@00000000@0@00@a@b", "m@00000000@0@00@a/b", "m@+0000001@0@00", "m@00000000@+1@00"
    })
    void badTexts(String text) {
        assertThrows(BadArgumentException.class, () -> ObjectKey.parse(text));
    }

    @Test
    void absurdlyLongTextIsRefusedBeforeItIsSplit() {
        assertThrows(BadArgumentException.class, () -> ObjectKey.parse("@".repeat(1 << 20)));
    }

    @Test
    void hashIsCopied() {
        byte[] hash = {1, 2};
        ObjectKey key = ObjectKey.of(hash, "m", 0, 0, "");
        hash[0] = 9;
        key.contentHash()[0] = 9;
        assertArrayEquals(new byte[] {1, 2}, key.contentHash());
    }

    @Test
    void readingMovesPastTheKeyWhateverTheOrderOfTheBuffer() {
        ObjectKey a = ObjectKey.of(HASH, "a", 1, 2, "s");
        ObjectKey b = ObjectKey.of(HASH, "bb", 3, 4, "");
        ByteBuffer both = ByteBuffer.allocateDirect(200).order(ByteOrder.LITTLE_ENDIAN);
        a.writeTo(both);
        b.writeTo(both);
        both.flip();
        assertEquals(a, ObjectKey.readFrom(both));
        assertEquals(b, ObjectKey.readFrom(both));
        assertEquals(0, both.remaining());
    }

    @Test
    void everyCutIsRefused() {
        ByteBuffer whole = encoded(ObjectKey.of(HASH, "model", 1, 2, "salt"));
        for (int length = 0; length < whole.capacity(); length++) {
            ByteBuffer cut = whole.duplicate().limit(length);
            assertThrows(BadArgumentException.class, () -> ObjectKey.readFrom(cut), "cut to " + length);
        }
    }

    @Test
    void bytesThatWouldBeAnotherKeyThanTheySayAreRefused() {
        byte[] bytes = encoded(ObjectKey.of(HASH, "model", 1, 2, "salt")).array();
        byte[] reserved = bytes.clone();
        reserved[1] = 1;
        byte[] notUtf8 = bytes.clone();
        notUtf8[18] = (byte) 0xC0;
        byte[] negativeGroup = bytes.clone();
        negativeGroup[8] = (byte) 0x80;
        byte[] at = bytes.clone();
        at[18] = '@';
        byte[] slash = bytes.clone();
        slash[bytes.length - 1] = '/';
        for (byte[] bad : new byte[][] {reserved, notUtf8, negativeGroup, at, slash}) {
            assertThrows(
                    BadArgumentException.class, () -> ObjectKey.readFrom(ByteBuffer.wrap(bad)), HexFormat.of().formatHex(bad));
        }
    }

    @Test
    void randomBytesAreAKeyOrRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 13 && random.nextBoolean()) {
                // Near misses: small lengths, so that the fields behind them are reached.
                bytes[0] = (byte) random.nextInt(8);
                bytes[1] = bytes[2] = bytes[12] = 0;
                bytes[3] = (byte) random.nextInt(8);
                bytes[13] = (byte) random.nextInt(8);
            }
            ByteBuffer in = ByteBuffer.wrap(bytes);
            try {
                ObjectKey key = ObjectKey.readFrom(in);
                assertEquals(ByteBuffer.wrap(bytes, 0, in.position()), encoded(key), "seed " + seed);
                assertEquals(key, ObjectKey.parse(key.toString()), "seed " + seed);
            } catch (BadArgumentException e) {
                assertTrue(e.getMessage().indexOf('\n') < 0, "seed " + seed + ": " + e.getMessage());
            }
        }
    }
}
