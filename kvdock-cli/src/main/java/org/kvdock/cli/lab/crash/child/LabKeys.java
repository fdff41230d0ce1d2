package org.kvdock.cli.lab.crash.child;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.kvdock.l2.ObjectKey;

/** Keys by number, so that a diary names them in a few characters. */
public final class LabKeys {
    /** From this number on keys are never stored. */
    static final int NEVER_STORED = 1 << 24;

    private static final String MODEL = "lab";
    private static final int RANKS = 3;

    private LabKeys() {}

    /** @return the key of that number, at least 0 */
    public static ObjectKey key(int number) {
        byte[] hash = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        return ObjectKey.of(hash, MODEL, number % RANKS, 0, number % 2 == 0 ? "" : "odd");
    }

    /** @return the keys of these numbers, in their order */
    public static List<ObjectKey> keys(List<Integer> numbers) {
        List<ObjectKey> keys = new ArrayList<>(numbers.size());
        numbers.forEach(number -> keys.add(key(number)));
        return keys;
    }

    /**
     * @param key any key
     * @return its number, -1 if it is none of these keys
     */
    public static int number(ObjectKey key) {
        byte[] hash = key.contentHash();
        int number = hash.length == Integer.BYTES ? ByteBuffer.wrap(hash).getInt() : -1;
        return number >= 0 && key.equals(key(number)) ? number : -1;
    }

    /** @return numbers of these keys, in their order */
    public static List<Integer> numbers(List<ObjectKey> keys) {
        List<Integer> numbers = new ArrayList<>(keys.size());
        keys.forEach(key -> numbers.add(number(key)));
        return numbers;
    }

    /** @return the numbers with commas between them; {@code -} for none */
    public static String text(List<Integer> numbers) {
        if (numbers.isEmpty()) {
            return "-";
        }
        StringJoiner text = new StringJoiner(",");
        numbers.forEach(number -> text.add(number.toString()));
        return text.toString();
    }

    /** @return the numbers of such a text */
    public static List<Integer> parse(String text) {
        if (text.equals("-")) {
            return List.of();
        }
        List<Integer> numbers = new ArrayList<>();
        for (String number : text.split(",")) {
            numbers.add(Integer.valueOf(number));
        }
        return List.copyOf(numbers);
    }
}
