package org.kvdock.fuzz.targets;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.ObjectKey;

/** Object keys in their binary form, as frames and journals hold them, and in their text form. */
public final class KeysTarget implements FuzzTarget {
    private static final Decoding BINARY = new Decoding(BadArgumentException.class, 64 << 10, 8);
    private static final Decoding TEXT = new Decoding(BadArgumentException.class, 64 << 10, 40);

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (ObjectKey key : MessageSamples.KEYS) {
            ByteArrayOutputStream binary = new ByteArrayOutputStream();
            binary.write(0);
            binary.writeBytes(encoded(key));
            seeds.add(binary.toByteArray());
            seeds.add(("\1" + key).getBytes(StandardCharsets.UTF_8));
        }
        return seeds;
    }

    private static byte[] encoded(ObjectKey key) {
        ByteBuffer out = ByteBuffer.allocate(key.encodedLength());
        key.writeTo(out);
        return out.array();
    }

    @Override
    public void run(byte[] input) {
        InputReader in = new InputReader(input);
        boolean text = in.u8() % 2 == 1;
        byte[] form = in.rest();
        if (text) {
            text(new String(form, StandardCharsets.UTF_8));
        } else {
            binary(form);
        }
    }

    private static void binary(byte[] form) {
        ByteBuffer in = ByteBuffer.wrap(form);
        Optional<ObjectKey> key = BINARY.decoded(form.length, () -> ObjectKey.readFrom(in.position(0)));
        if (key.isPresent()) {
            Finding.unless(in.position() == key.get().encodedLength(), "taken " + in.position() + " bytes for " + key.get());
            Finding.unless(Arrays.equals(encoded(key.get()), Arrays.copyOf(form, in.position())), "another form than it was read from");
            // The buffer's own byte order is the caller's business.
            ByteBuffer little = ByteBuffer.wrap(form).order(ByteOrder.LITTLE_ENDIAN);
            Finding.unless(ObjectKey.readFrom(little).equals(key.get()), "another key in the other byte order");
            checkFields(key.get());
        }
    }

    private static void text(String form) {
        Optional<ObjectKey> key = TEXT.decoded(form.length(), () -> ObjectKey.parse(form));
        if (key.isPresent()) {
            Finding.unless(key.get().toString().equalsIgnoreCase(form) || isOddHex(form, key.get()), form + " reads " + key.get());
            checkFields(key.get());
        }
    }

    /** A group may be written with zeros before it; nothing else may be written in two ways. */
    private static boolean isOddHex(String form, ObjectKey key) {
        String[] parts = form.split("@", -1);
        parts[2] = parts[2].replaceFirst("^0+(?=.)", "");
        return String.join("@", parts).equalsIgnoreCase(key.toString());
    }

    private static void checkFields(ObjectKey key) {
        ObjectKey same = ObjectKey.of(key.contentHash(), key.model(), key.kvRank(), key.group(), key.salt());
        Finding.unless(same.equals(key) && same.hashCode() == key.hashCode(), "not the key that its fields make: " + key);
        Finding.unless(ObjectKey.parse(key.toString()).equals(key), "another key by its text: " + key);
        Finding.unless(ObjectKey.readFrom(ByteBuffer.wrap(encoded(key))).equals(key), "another key by its bytes: " + key);
        Finding.unless(key.encodedLength() <= ObjectKey.MAX_ENCODED_LENGTH, "longer than the longest: " + key);
        Finding.unless(
                key.salt().chars().noneMatch(c -> "@/\\\0".indexOf(c) >= 0) && key.model().chars().noneMatch(c -> c == '@' || c == 0)
                        && key.group() >= 0,
                "a key that R15 refuses: " + key);
    }
}
