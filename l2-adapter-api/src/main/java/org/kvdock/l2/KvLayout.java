package org.kvdock.l2;

import java.util.List;
import java.util.Objects;

/**
 * How the numbers of a chunk are laid out. Carried for the reader of the chunk; adapters pass it on and never look
 * inside. The words are those of LMCache's allocation request.
 *
 * @param fmt memory format, for example {@code KV_2LTD}; never null
 * @param shape dimensions, outermost first, each at least 0, at most {@value #MAX_DIMENSIONS}; never null
 * @param dtype element type, for example {@code bfloat16}; never null
 * @param lastChunkTokens tokens in the last chunk of the list, at least 0
 */
public record KvLayout(String fmt, List<Long> shape, String dtype, int lastChunkTokens) {
    /** Most dimensions that a shape may have. */
    public static final int MAX_DIMENSIONS = 8;
    /** For callers that have no layout to tell. */
    public static final KvLayout OPAQUE = new KvLayout("opaque", List.of(), "uint8", 0);

    /** @throws BadArgumentException if a dimension or token count is out of bounds */
    public KvLayout {
        Objects.requireNonNull(fmt, "fmt");
        Objects.requireNonNull(dtype, "dtype");
        shape = List.copyOf(shape);
        if (shape.size() > MAX_DIMENSIONS) {
            throw new BadArgumentException("shape", shape.size() + " dimensions", "at most " + MAX_DIMENSIONS);
        }
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new BadArgumentException("shape", shape, "dimensions of at least 0");
            }
        }
        if (lastChunkTokens < 0) {
            throw new BadArgumentException("lastChunkTokens", lastChunkTokens, "at least 0");
        }
    }
}
