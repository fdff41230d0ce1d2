package org.kvdock.l2;

import java.util.Arrays;
import java.util.List;
import java.util.ArrayList;
import java.util.stream.IntStream;

/**
 * A fixed number of bits, one for each key of a task, in the order of its list. Not safe for use by several threads
 * while one of them writes. Operations on two bitmaps need equal lengths.
 */
public final class Bitmap {
    private final int length;
    private final long[] words;

    /**
     * All bits zero.
     *
     * @param length number of bits, at least 0
     * @throws BadArgumentException if the length is negative
     */
    public Bitmap(int length) {
        if (length < 0) {
            throw new BadArgumentException("bitmap length", length, "at least 0");
        }
        this.length = length;
        this.words = new long[wordsFor(length)];
    }

    private Bitmap(int length, long[] words) {
        this.length = length;
        this.words = words;
    }

    /**
     * @param length number of bits
     * @return a bitmap with every bit set
     */
    public static Bitmap ones(int length) {
        Bitmap all = new Bitmap(length);
        Arrays.fill(all.words, -1L);
        all.clearTail();
        return all;
    }

    /**
     * @param length number of bits
     * @param words bit i is bit {@code i % 64} of word {@code i / 64}; {@code wordsFor(length)} words; copied
     * @return a bitmap of these words
     * @throws BadArgumentException if the length is negative, there are too many or too few words, or bits past the length
     */
    public static Bitmap ofWords(int length, long[] words) {
        if (length < 0) {
            throw new BadArgumentException("bitmap length", length, "at least 0");
        }
        if (words.length != wordsFor(length)) {
            throw new BadArgumentException("bitmap words", words.length, wordsFor(length) + " for " + length + " bits");
        }
        Bitmap map = new Bitmap(length, words.clone());
        map.clearTail();
        if (!Arrays.equals(map.words, words)) {
            throw new BadArgumentException("bitmap words", "a bit past the length", "zero from bit " + length);
        }
        return map;
    }

    /**
     * @param length number of bits
     * @return 64-bit words that hold them
     */
    public static int wordsFor(int length) {
        return (length + 63) >>> 6;
    }

    /** @return number of bits */
    public int length() {
        return length;
    }

    /**
     * @param index word index, below {@code wordsFor(length())}
     * @return that word
     */
    public long word(int index) {
        return words[index];
    }

    public void set(int index) {
        words[check(index) >>> 6] |= 1L << index;
    }

    public void clear(int index) {
        words[check(index) >>> 6] &= ~(1L << index);
    }

    public boolean test(int index) {
        return (words[check(index) >>> 6] & 1L << index) != 0;
    }

    /** @return number of bits that are set */
    public int count() {
        int count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }

    public boolean isEmpty() {
        for (long word : words) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    /** @return whether every bit is set; true for length 0 */
    public boolean all() {
        return leadingOnes() == length;
    }

    /** @return how many bits are set before the first zero: the usable prefix of a lookup */
    public int leadingOnes() {
        for (int w = 0; w < words.length; w++) {
            if (words[w] != -1L) {
                return Math.min(length, (w << 6) + Long.numberOfTrailingZeros(~words[w]));
            }
        }
        return length;
    }

    /** @return a new bitmap of the bits that are set in both */
    public Bitmap and(Bitmap other) {
        Bitmap result = copyFor(other);
        for (int w = 0; w < words.length; w++) {
            result.words[w] &= other.words[w];
        }
        return result;
    }

    /** @return a new bitmap of the bits that are set in either */
    public Bitmap or(Bitmap other) {
        Bitmap result = copyFor(other);
        for (int w = 0; w < words.length; w++) {
            result.words[w] |= other.words[w];
        }
        return result;
    }

    /** @return a new bitmap of the bits that are set here and not in the other */
    public Bitmap minus(Bitmap other) {
        Bitmap result = copyFor(other);
        for (int w = 0; w < words.length; w++) {
            result.words[w] &= ~other.words[w];
        }
        return result;
    }

    /**
     * @param k at least 0
     * @return a new bitmap of the first k set bits, of all of them if there are fewer
     */
    public Bitmap first(int k) {
        if (k < 0) {
            throw new BadArgumentException("k", k, "at least 0");
        }
        Bitmap result = new Bitmap(length);
        indices().limit(k).forEach(result::set);
        return result;
    }

    /** @return the positions of the set bits, ascending */
    public IntStream indices() {
        return IntStream.range(0, length).filter(this::test);
    }

    /**
     * @param items one item for each bit
     * @return the items whose bit is set, in order; a new list
     * @throws BadArgumentException if there are more or fewer items than bits
     */
    public <T> List<T> gather(List<T> items) {
        if (items.size() != length) {
            throw new BadArgumentException("items", items.size(), length + ", one for each bit");
        }
        List<T> picked = new ArrayList<>(count());
        for (int i = 0; i < length; i++) {
            if (test(i)) {
                picked.add(items.get(i));
            }
        }
        return picked;
    }

    /** @return an independent copy */
    public Bitmap copy() {
        return new Bitmap(length, words.clone());
    }

    private Bitmap copyFor(Bitmap other) {
        if (other.length != length) {
            throw new BadArgumentException("bitmap length", other.length, "equal to " + length);
        }
        return copy();
    }

    private int check(int index) {
        if (index < 0 || index >= length) {
            throw new BadArgumentException("bit", index, "0 to " + (length - 1));
        }
        return index;
    }

    private void clearTail() {
        if ((length & 63) != 0) {
            words[words.length - 1] &= (1L << length) - 1;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bitmap map && map.length == length && Arrays.equals(map.words, words);
    }

    @Override
    public int hashCode() {
        return 31 * length + Arrays.hashCode(words);
    }

    /** @return one {@code 0} or {@code 1} for each bit, bit 0 first */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(test(i) ? '1' : '0');
        }
        return text.toString();
    }
}
