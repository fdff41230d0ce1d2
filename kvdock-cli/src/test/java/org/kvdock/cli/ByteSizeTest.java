package org.kvdock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
    @ParameterizedTest
    @DisplayName("sizes with and without units are read")
    @CsvSource({"65536, 65536", "64KiB, 65536", "8 KiB, 8192", "1.5MiB, 1572864", "2GiB, 2147483648", "7B, 7", "0, 0"})
    void reads(String text, long bytes) {
        assertEquals(bytes, new ByteSize().convert(text));
    }

    @ParameterizedTest
    @DisplayName("what is no whole number of bytes is refused")
    @ValueSource(strings = {"", "KiB", "-1", "64kb", "1.5", "NaN", "1e400", "9999999TiB", "0x10"})
    void refuses(String text) {
        assertThrows(TypeConversionException.class, () -> new ByteSize().convert(text));
    }

    @ParameterizedTest
    @DisplayName("sizes are written in the largest unit that leaves at least one")
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1 KiB", "65536, 64 KiB", "1610612736, 1.5 GiB", "100, 100 B"})
    void writes(long bytes, String text) {
        assertEquals(text, ByteSize.text(bytes));
    }
}
