package org.kvdock.l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitmapTest {
    private static Bitmap bits(String text) {
        Bitmap map = new Bitmap(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '1') {
                map.set(i);
            }
        }
        return map;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 127, 128, 1000})
    void zerosAndOnes(int length) {
        Bitmap zeros = new Bitmap(length);
        Bitmap ones = Bitmap.ones(length);
        assertEquals(0, zeros.count());
        assertTrue(zeros.isEmpty());
        assertEquals(0, zeros.leadingOnes());
        assertEquals(length == 0, zeros.all());
        assertEquals(length, ones.count());
        assertEquals(length, ones.leadingOnes());
        assertTrue(ones.all());
        assertEquals(length == 0, ones.isEmpty());
        assertEquals(ones, zeros.or(ones));
        assertEquals(zeros, ones.minus(ones));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 129})
    void everySingleBit(int length) {
        for (int i = 0; i < length; i++) {
            Bitmap one = new Bitmap(length);
            one.set(i);
            assertTrue(one.test(i));
            assertEquals(1, one.count());
            assertEquals(List.of(i), one.indices().boxed().toList());
            Bitmap hole = Bitmap.ones(length).minus(one);
            assertFalse(hole.test(i));
            assertEquals(i, hole.leadingOnes());
            hole.set(i);
            assertTrue(hole.all());
            one.clear(i);
            assertTrue(one.isEmpty());
        }
    }

    @Test
    void operationsLeaveTheirOperandsAlone() {
        Bitmap a = bits("1100");
        Bitmap b = bits("1010");
        assertEquals("1000", a.and(b).toString());
        assertEquals("1110", a.or(b).toString());
        assertEquals("0100", a.minus(b).toString());
        assertEquals("1100", a.toString());
        assertEquals("1010", b.toString());
        Bitmap copy = a.copy();
        copy.clear(0);
        assertNotEquals(copy, a);
    }

    @Test
    void unequalLengthsAreRefused() {
        Bitmap a = new Bitmap(64);
        Bitmap b = new Bitmap(65);
        for (BinaryOperator<Bitmap> op : List.<BinaryOperator<Bitmap>>of(Bitmap::and, Bitmap::or, Bitmap::minus)) {
            BadArgumentException e = assertThrows(BadArgumentException.class, () -> op.apply(a, b));
            assertEquals("bitmap length: 65 is not allowed, must be equal to 64", e.getMessage());
        }
        assertNotEquals(a, b);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65, 64 + 64, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void bitsOutsideAreRefused(int index) {
        Bitmap map = new Bitmap(65);
        assertThrows(BadArgumentException.class, () -> map.set(index));
        assertThrows(BadArgumentException.class, () -> map.clear(index));
        assertThrows(BadArgumentException.class, () -> map.test(index));
        assertTrue(map.isEmpty());
    }

    @Test
    void negativeLengthIsRefused() {
        assertThrows(BadArgumentException.class, () -> new Bitmap(-1));
        assertThrows(BadArgumentException.class, () -> Bitmap.ones(-1));
        assertThrows(BadArgumentException.class, () -> Bitmap.ofWords(-1, new long[0]));
    }

    @Test
    void firstK() {
        Bitmap map = bits("0110101");
        assertEquals("0000000", map.first(0).toString());
        assertEquals("0110000", map.first(2).toString());
        assertEquals(map, map.first(100));
        assertThrows(BadArgumentException.class, () -> map.first(-1));
    }

    @Test
    void gather() {
        assertEquals(List.of("b", "c"), bits("0110").gather(List.of("a", "b", "c", "d")));
        assertThrows(BadArgumentException.class, () -> bits("0110").gather(List.of("a", "b", "c")));
    }

    @Test
    void words() {
        Bitmap map = Bitmap.ofWords(66, new long[] {1L << 63, 2});
        assertEquals(List.of(63, 65), map.indices().boxed().toList());
        assertEquals(map, Bitmap.ofWords(66, new long[] {map.word(0), map.word(1)}));
        assertThrows(BadArgumentException.class, () -> Bitmap.ofWords(66, new long[] {0, 4}));
        assertThrows(BadArgumentException.class, () -> Bitmap.ofWords(66, new long[1]));
        assertThrows(BadArgumentException.class, () -> Bitmap.ofWords(66, new long[3]));
        long[] given = {1};
        Bitmap kept = Bitmap.ofWords(1, given);
        given[0] = 0;
        assertTrue(kept.test(0), "the words are copied");
    }

    @Test
    void equalBitsAreEqualMaps() {
        Bitmap a = new Bitmap(100);
        IntStream.of(3, 64, 99).forEach(a::set);
        Bitmap b = Bitmap.ones(100).minus(Bitmap.ones(100).minus(a));
        assertEquals(a, b);
        assertEquals(a.hashCode(), b.hashCode());
        assertNotEquals(a, "0");
    }
}
