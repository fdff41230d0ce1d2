package org.kvdock.l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;

/** Every key that may be made reads back from both of its forms, and two keys are one only if all fields are. */
class ObjectKeyPropertiesTest {
    /** The five fields. */
    record Fields(List<Byte> hash, String model, int rank, int group, String salt) {
        ObjectKey key() {
            byte[] bytes = new byte[hash.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = hash.get(i);
            }
            return ObjectKey.of(bytes, model, rank, group, salt);
        }
    }

    @Provide
    Arbitrary<Fields> fields() {
        // All but @ / \\ and what no text should hold.
        StringArbitrary text = Arbitraries.strings()
                .withCharRange(' ', '.')
                .withCharRange('0', '?')
                .withCharRange('A', '[')
                .withCharRange(']', '~')
                .withCharRange('\u00a1', '\ud7ff');
        return Combinators.combine(
                        Arbitraries.bytes().list().ofMinSize(1).ofMaxSize(ObjectKey.MAX_HASH_BYTES),
                        text.ofMinLength(1).ofMaxLength(ObjectKey.MAX_MODEL_CHARS),
                        Arbitraries.integers(),
                        Arbitraries.integers().greaterOrEqual(0),
                        text.ofMinLength(0).ofMaxLength(ObjectKey.MAX_SALT_CHARS))
                .as(Fields::new);
    }

    @Property
    void bothFormsReadBack(@ForAll("fields") Fields fields) {
        ObjectKey key = fields.key();
        assertEquals(fields.model, key.model());
        assertEquals(fields.rank, key.kvRank());
        assertEquals(fields.group, key.group());
        assertEquals(fields.salt, key.salt());
        assertEquals(key, ObjectKey.parse(key.toString()));
        ByteBuffer out = ByteBuffer.allocate(key.encodedLength());
        key.writeTo(out);
        assertEquals(0, out.remaining());
        assertTrue(key.encodedLength() <= ObjectKey.MAX_ENCODED_LENGTH);
        ObjectKey read = ObjectKey.readFrom(out.flip());
        assertEquals(key, read);
        assertEquals(key.hashCode(), read.hashCode());
    }

    @Property
    void keysAreEqualWhenAllFieldsAre(@ForAll("fields") Fields a, @ForAll("fields") Fields b) {
        assertEquals(a.equals(b), a.key().equals(b.key()));
        assertEquals(a.equals(b), a.key().toString().equals(b.key().toString()));
        assertEquals(a.key(), a.key());
        // Only one field apart: the nearest neighbours.
        assertEquals(a.salt.equals(b.salt), a.key().equals(new Fields(a.hash, a.model, a.rank, a.group, b.salt).key()));
        assertEquals(a.model.equals(b.model), a.key().equals(new Fields(a.hash, b.model, a.rank, a.group, a.salt).key()));
        assertEquals(a.rank == b.rank, a.key().equals(new Fields(a.hash, a.model, b.rank, a.group, a.salt).key()));
    }
}
