package org.kvdock.l2.pd.ucx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.InputReader;

/**
 * What a receiver says that the address of its end of UCX is. UCX ends the process where it is given another one, so what
 * is let through must be, to the last byte, what this side would have written for the same UCX.
 */
public final class UcxAddressTarget implements FuzzTarget {
    private static final String VERSION = "1.13.1";
    private static final int MAGIC = 0x6b765558;
    private static final Decoding DECODING = new Decoding(IOException.class, 16 << 10, 8);

    @Override
    public String name() {
        return "ucx-address";
    }

    @Override
    public List<byte[]> seeds() {
        byte[] worker = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        return List.of(
                raw(UcxAddress.encode(VERSION, worker)),
                raw(UcxAddress.encode("1.18.1", worker)),
                raw(UcxAddress.encode("1.13.1; rm\n", worker)),
                raw(Arrays.copyOf(UcxAddress.encode(VERSION, worker), 16)),
                // Built: the version is this side's, the checksum is mended, the rest is the worker's address.
                new byte[] {1, 6, '1', '.', '1', '3', '.', '1', 4, 5, 6},
                new byte[] {1, 6, '1', '.', '1', '3', '.', '2', 4, 5, 6},
                new byte[] {3, 40, '1', 4, 5, 6});
    }

    private static byte[] raw(byte[] address) {
        return ByteBuffer.allocate(1 + address.length).put((byte) 0).put(address).array();
    }

    @Override
    public void run(byte[] input) {
        InputReader in = new InputReader(input);
        int flags = in.u8();
        byte[] address = (flags & 1) == 0 ? in.rest() : built(in, (flags & 2) != 0);
        byte[] before = address.clone();
        Optional<byte[]> worker = DECODING.decoded(address.length, () -> UcxAddress.decode(VERSION, address));
        Finding.unless(Arrays.equals(before, address), "the address was changed");
        int header = UcxAddress.encode(VERSION, new byte[0]).length;
        boolean right = address.length > header
                && Arrays.equals(address, UcxAddress.encode(VERSION, Arrays.copyOfRange(address, header, address.length)));
        Finding.unless(worker.isPresent() == right, "let through: " + worker.isPresent() + ", must be: " + right);
        worker.ifPresent(bytes -> Finding.unless(
                Arrays.equals(bytes, 0, bytes.length, address, header, address.length), "not the worker's address"));
    }

    /** @param lying whether the version's length is any number, and not that of the version */
    private static byte[] built(InputReader in, boolean lying) {
        int length = in.u8();
        byte[] version = in.bytes(length);
        byte[] worker = in.rest();
        CRC32C sum = new CRC32C();
        sum.update(worker);
        return ByteBuffer.allocate(4 + 2 + version.length + 4 + worker.length)
                .putInt(MAGIC)
                .putShort((short) (lying ? length << 8 | version.length : version.length))
                .put(version)
                .putInt((int) sum.getValue())
                .put(worker)
                .array();
    }
}
