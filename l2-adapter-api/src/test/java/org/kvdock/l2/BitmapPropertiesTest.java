package org.kvdock.l2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A bitmap does what a set of positions does. */
class BitmapPropertiesTest {
    private static BitSet some(int length, long seed) {
        Random random = new Random(seed);
        int share = random.nextInt(101);
        BitSet set = new BitSet(length);
        IntStream.range(0, length).filter(i -> random.nextInt(100) < share).forEach(set::set);
        return set;
    }

    private static Bitmap bitmap(int length, BitSet set) {
        Bitmap map = new Bitmap(length);
        set.stream().forEach(map::set);
        return map;
    }

    @Property
    void readsLikeASet(@ForAll @IntRange(max = 300) int length, @ForAll long seed) {
        BitSet set = some(length, seed);
        Bitmap map = bitmap(length, set);
        assertEquals(set.cardinality(), map.count());
        assertEquals(set.isEmpty(), map.isEmpty());
        assertEquals(set.nextClearBit(0), map.leadingOnes());
        assertEquals(set.cardinality() == length, map.all());
        assertEquals(set.stream().boxed().toList(), map.indices().boxed().toList());
        List<Integer> positions = IntStream.range(0, length).boxed().toList();
        assertEquals(set.stream().boxed().toList(), map.gather(positions));
    }

    @Property
    void combinesLikeSets(@ForAll @IntRange(max = 300) int length, @ForAll long first, @ForAll long second) {
        BitSet a = some(length, first);
        BitSet b = some(length, second);
        BitSet both = (BitSet) a.clone();
        both.and(b);
        assertEquals(bitmap(length, both), bitmap(length, a).and(bitmap(length, b)));
        BitSet either = (BitSet) a.clone();
        either.or(b);
        assertEquals(bitmap(length, either), bitmap(length, a).or(bitmap(length, b)));
        BitSet less = (BitSet) a.clone();
        less.andNot(b);
        assertEquals(bitmap(length, less), bitmap(length, a).minus(bitmap(length, b)));
    }

    @Property
    void firstKIsAPrefixOfThePositions(
            @ForAll @IntRange(max = 300) int length, @ForAll long seed, @ForAll @IntRange(max = 310) int k) {
        Bitmap map = bitmap(length, some(length, seed));
        assertEquals(map.indices().limit(k).boxed().toList(), map.first(k).indices().boxed().toList());
    }

    @Property
    void wordsAndTextAreThemselves(@ForAll @IntRange(max = 300) int length, @ForAll long seed) {
        Bitmap map = bitmap(length, some(length, seed));
        List<Long> words = new ArrayList<>();
        for (int w = 0; w < Bitmap.wordsFor(length); w++) {
            words.add(map.word(w));
        }
        assertEquals(map, Bitmap.ofWords(length, words.stream().mapToLong(Long::longValue).toArray()));
        assertEquals(map.hashCode(), map.copy().hashCode());
        assertEquals(length, map.toString().length());
        assertEquals(map.count(), map.toString().chars().filter(c -> c == '1').count());
    }
}
