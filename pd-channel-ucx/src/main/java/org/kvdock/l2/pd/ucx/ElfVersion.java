package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads which version of UCX a {@code libucp} is, without loading it. All versions have the same file name, so the answer
 * is taken from where callers get it: the x86-64 code of {@code ucp_get_version}, which stores three constants.
 *
 * <pre>
 *  [f3 0f 1e fa]      endbr64, in some builds
 *  c7 07 major:u32    movl $major, (%rdi)
 *  c7 06 minor:u32    movl $minor, (%rsi)
 *  c7 02 patch:u32    movl $patch, (%rdx)
 * </pre>
 */
final class ElfVersion {
    private static final String FUNCTION = "ucp_get_version";
    private static final long MOST_BYTES = 64 << 20;
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS64_LITTLE = 0x0102;
    private static final int X86_64 = 62;
    private static final int LOADED = 1;
    private static final int DYNAMIC_SYMBOLS = 11;
    private static final int SYMBOL_BYTES = 24;
    private static final int ENDBR64 = 0xfa1e0ff3;
    private static final int[] STORES = {0x07c7, 0x06c7, 0x02c7};

    private static final VersionCache CACHE = new VersionCache();

    private final ByteBuffer file;

    private ElfVersion(ByteBuffer file) {
        this.file = file;
    }

    /**
     * @param library the file; read only if it has changed since the last time
     * @return its version, as {@code 1.13.1}
     * @throws IOException if it cannot be read, or is not what it should be
     */
    static String of(Path library) throws IOException {
        return CACHE.version(library, ElfVersion::read);
    }

    private static String read(Path library) throws IOException {
        if (Files.size(library) > MOST_BYTES) {
            throw new IOException(library + " is too long for a libucp");
        }
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(library)).order(ByteOrder.LITTLE_ENDIAN);
        try {
            return new ElfVersion(file).version();
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            throw new IOException(library + " is damaged");
        } catch (IOException e) {
            throw new IOException(library + ": " + e.getMessage());
        }
    }

    private String version() throws IOException {
        if (file.getInt(0) != MAGIC || file.getShort(4) != CLASS64_LITTLE || file.getShort(18) != X86_64) {
            throw new IOException("is no library for x86-64");
        }
        int at = (int) offsetOf(symbol());
        if (file.getInt(at) == ENDBR64) {
            at += Integer.BYTES;
        }
        StringBuilder version = new StringBuilder();
        for (int store : STORES) {
            if (file.getShort(at) != (short) store) {
                throw new IOException("does not say its version in a known way");
            }
            version.append(version.length() == 0 ? "" : ".").append(Integer.toUnsignedString(file.getInt(at + 2)));
            at += Short.BYTES + Integer.BYTES;
        }
        return version.toString();
    }

    // Its address when loaded.
    private long symbol() throws IOException {
        long sections = file.getLong(0x28);
        int sectionBytes = Short.toUnsignedInt(file.getShort(0x3a));
        int count = Short.toUnsignedInt(file.getShort(0x3c));
        for (int i = 0; i < count; i++) {
            int section = Math.toIntExact(sections + (long) i * sectionBytes);
            if (file.getInt(section + 4) == DYNAMIC_SYMBOLS) {
                int names = Math.toIntExact(sections + (long) file.getInt(section + 0x28) * sectionBytes);
                return symbol(
                        Math.toIntExact(file.getLong(section + 0x18)), file.getLong(section + 0x20),
                        Math.toIntExact(file.getLong(names + 0x18)));
            }
        }
        throw new IOException("has no symbols");
    }

    private long symbol(int symbols, long bytes, int names) throws IOException {
        byte[] wanted = (FUNCTION + "\0").getBytes(StandardCharsets.US_ASCII);
        for (int at = symbols; at < symbols + bytes; at += SYMBOL_BYTES) {
            int name = names + file.getInt(at);
            if (file.slice(name, Math.min(wanted.length, file.capacity() - name)).equals(ByteBuffer.wrap(wanted))) {
                return file.getLong(at + 8);
            }
        }
        throw new IOException("has no " + FUNCTION);
    }

    private long offsetOf(long address) throws IOException {
        long headers = file.getLong(0x20);
        int headerBytes = Short.toUnsignedInt(file.getShort(0x36));
        int count = Short.toUnsignedInt(file.getShort(0x38));
        for (int i = 0; i < count; i++) {
            int header = Math.toIntExact(headers + (long) i * headerBytes);
            long from = file.getLong(header + 0x10);
            if (file.getInt(header) == LOADED && address >= from && address - from < file.getLong(header + 0x20)) {
                return Math.toIntExact(file.getLong(header + 8) + address - from);
            }
        }
        throw new IOException("has no code of " + FUNCTION);
    }
}
