package org.kvdock.l2.pd.receiver;

import java.util.Map;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.ProtocolException;

/** How many bytes a chunk of a shape and element type has. */
final class ChunkSize {
    private static final Map<String, Integer> ELEMENT_BYTES = Map.ofEntries(
            Map.entry("uint8", 1),
            Map.entry("int8", 1),
            Map.entry("float8_e4m3fn", 1),
            Map.entry("float8_e5m2", 1),
            Map.entry("float16", 2),
            Map.entry("half", 2),
            Map.entry("bfloat16", 2),
            Map.entry("float32", 4),
            Map.entry("float", 4),
            Map.entry("float64", 8),
            Map.entry("double", 8));

    private ChunkSize() {}

    /**
     * @param shape dimensions
     * @param dtype element type, with or without {@code torch.} before it
     * @return bytes, at most {@link Limits#CHUNK_BYTES}
     */
    static int of(long[] shape, String dtype) throws ProtocolException {
        Integer element = ELEMENT_BYTES.get(dtype.startsWith("torch.") ? dtype.substring(6) : dtype);
        if (element == null) {
            throw new ProtocolException("dtype", dtype, "one of " + ELEMENT_BYTES.keySet());
        }
        long bytes = element;
        for (long dimension : shape) {
            if (dimension != 0 && bytes > Limits.CHUNK_BYTES / dimension) {
                throw new ProtocolException("shape", "more than " + Limits.CHUNK_BYTES + " bytes", "less");
            }
            bytes *= dimension;
        }
        return (int) bytes;
    }
}
