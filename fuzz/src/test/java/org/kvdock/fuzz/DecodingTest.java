package org.kvdock.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every target relies on sees what it must see. */
class DecodingTest {
    private static final Decoding DECODING = new Decoding(IOException.class, 100_000, 10);

    private static void refuse(String message) {
        DECODING.decoded(10, () -> {
            throw new IOException(message);
        });
    }

    @Test
    @DisplayName("a result is handed on, a proper refusal gives none")
    void proper() {
        assertEquals(Optional.of("x"), DECODING.decoded(10, () -> "x"));
        assertEquals(Optional.empty(), DECODING.decoded(10, () -> {
            throw new IOException("field: 3 is not allowed, must be 4");
        }));
    }

    @Test
    @DisplayName("memory by what a length claims is seen, memory by what is there is not")
    void memory() {
        assertEquals(2000, DECODING.decoded(10_000, () -> new byte[2000]).orElseThrow().length);
        Finding finding = assertThrows(Finding.class, () -> DECODING.decoded(10, () -> new byte[1 << 20]));
        assertTrue(finding.getMessage().contains("of memory for 10 of input"), finding.getMessage());
    }

    @Test
    @DisplayName("another exception than the decoder's own is seen")
    void anotherException() {
        Finding finding = assertThrows(Finding.class, () -> DECODING.decoded(10, () -> "x".charAt(5)));
        assertTrue(finding.getCause() instanceof IndexOutOfBoundsException, finding.toString());
        assertThrows(StackOverflowError.class, () -> DECODING.decoded(10, DecodingTest::deep));
    }

    private static int deep() {
        return deep() + 1;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two\nlines", "\u001b[2J", "\u2028"})
    @DisplayName("messages that could forge a line or clear a terminal are seen")
    void messages(String message) {
        assertThrows(Finding.class, () -> refuse(message));
    }

    @Test
    @DisplayName("a message without end is seen")
    void longMessage() {
        assertThrows(Finding.class, () -> refuse("x".repeat(Decoding.MOST_MESSAGE_CHARS + 1)));
    }
}
