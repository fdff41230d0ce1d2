package org.kvdock.l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineTest {
    @ParameterizedTest
    @ValueSource(chars = {'\n', '\r', '\0', '\t', '\u001b', '\u007f', '\u009b', '\u2028', '\u2029', '\u202e', '\u2066', '\u200f'})
    @DisplayName("what breaks a line, controls a terminal or turns the text around is replaced, character by character")
    void replaced(char c) {
        assertEquals("a\uFFFD\uFFFDb", OneLine.of("a" + c + c + "b"));
    }

    @Test
    @DisplayName("a line of any script stays as it is")
    void stays() {
        String line = "größe 模型 \uD83D\uDE00 – ok";
        assertSame(line, OneLine.of(line));
        assertNull(OneLine.of(null));
    }

    @Test
    @DisplayName("a long text is cut where it is said, and says so; cut once more it is the same")
    void cut() {
        assertEquals("xxxxx ...", OneLine.of("x".repeat(6), 5));
        assertEquals("xxxxx", OneLine.of("x".repeat(5), 5));
        assertEquals("x\uFFFDxxx ...", OneLine.of("x\nxxxx", 5));
        assertEquals("xxxxx ...", OneLine.of(OneLine.of("x".repeat(60), 5), 5));
        assertTrue(OneLine.of("x".repeat(100_000)).length() < 1010);
    }
}
