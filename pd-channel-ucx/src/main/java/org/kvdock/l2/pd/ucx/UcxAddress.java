package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A receiver's address. UCX takes a worker's address apart without much doubt, and ends the process where it is not what
 * it should be; so it is handed over only if it came whole, from a receiver of this channel with the same UCX.
 * Big-endian.
 *
 * <pre>
 *  0        4                    6         6+n               10+n
 *  +--------+--------------------+---------+-----------------+------------------+
 *  | kvUX   | version's length n | version | CRC-32C of the  | worker's address |
 *  |        | u16                | n bytes | rest, u32       | ...              |
 *  +--------+--------------------+---------+-----------------+------------------+
 * </pre>
 */
final class UcxAddress {
    private static final int MAGIC = 0x6b765558;
    private static final int MOST_VERSION_BYTES = 32;

    private UcxAddress() {}

    static byte[] encode(String version, byte[] worker) {
        byte[] text = version.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(4 + 2 + text.length + 4 + worker.length)
                .putInt(MAGIC)
                .putShort((short) text.length)
                .put(text)
                .putInt(checksum(worker))
                .put(worker)
                .array();
    }

    /**
     * @param version this side's UCX
     * @return the worker's address
     * @throws IOException if it is none, damaged, or another version's
     */
    static byte[] decode(String version, byte[] address) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(address);
        if (in.remaining() < 4 + 2 || in.getInt() != MAGIC) {
            throw new IOException("the receiver's address is none of UCX");
        }
        int length = Short.toUnsignedInt(in.getShort());
        if (length > MOST_VERSION_BYTES || length + 4 >= in.remaining()) {
            throw new IOException("the receiver's address is cut short");
        }
        byte[] text = new byte[length];
        in.get(text);
        String other = new String(text, StandardCharsets.US_ASCII);
        if (!other.equals(version)) {
            throw new IOException("the receiver has UCX " + other.replaceAll("[^0-9A-Za-z.]", "?") + ", this side " + version
                    + "; only equal versions were tried");
        }
        int checksum = in.getInt();
        byte[] worker = new byte[in.remaining()];
        in.get(worker);
        if (checksum(worker) != checksum) {
            throw new IOException("the receiver's address is damaged");
        }
        return worker;
    }

    private static int checksum(byte[] worker) {
        CRC32C sum = new CRC32C();
        sum.update(worker);
        return (int) sum.getValue();
    }
}
