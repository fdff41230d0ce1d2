package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are a {@code libucp.so.0} as far as its version goes: one section of symbols, one of names, some code. */
final class FakeLibrary {
    private static final int ADDRESS = 0x10000;
    private static final int CODE = 64;
    private static final int HEADER = 128;
    private static final int SECTIONS = 192;
    private static final int SYMBOLS = 384;
    private static final int NAMES = 448;

    private FakeLibrary() {}

    /** @return the bytes of a library that says it is that version */
    static byte[] bytes(int major, int minor, int patch) {
        ByteBuffer file = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 0x464c457f).putShort(4, (short) 0x0102).putShort(18, (short) 62);
        file.putLong(0x20, HEADER).putShort(0x36, (short) 56).putShort(0x38, (short) 1);
        file.putLong(0x28, SECTIONS).putShort(0x3a, (short) 64).putShort(0x3c, (short) 2);
        file.putInt(CODE, 0xfa1e0ff3);
        file.putShort(CODE + 4, (short) 0x07c7).putInt(CODE + 6, major);
        file.putShort(CODE + 10, (short) 0x06c7).putInt(CODE + 12, minor);
        file.putShort(CODE + 16, (short) 0x02c7).putInt(CODE + 18, patch);
        file.putInt(HEADER, 1).putLong(HEADER + 0x10, ADDRESS).putLong(HEADER + 0x20, 512);
        file.putInt(SECTIONS + 4, 11).putLong(SECTIONS + 0x18, SYMBOLS).putLong(SECTIONS + 0x20, 48).putInt(SECTIONS + 0x28, 1);
        file.putLong(SECTIONS + 64 + 0x18, NAMES);
        file.putInt(SYMBOLS, 1).putLong(SYMBOLS + 8, 1);
        file.putInt(SYMBOLS + 24, 5).putLong(SYMBOLS + 32, ADDRESS + CODE);
        file.put(NAMES, "\0ucp\0ucp_get_version\0".getBytes(StandardCharsets.US_ASCII));
        return file.array();
    }

    /** Writes one into a directory. @return the directory */
    static Path in(Path directory, byte[] library) {
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve("libucp.so.0"), library);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
