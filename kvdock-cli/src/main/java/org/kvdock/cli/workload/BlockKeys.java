package org.kvdock.cli.workload;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kvdock.l2.ObjectKey;

/** How blocks and requests of a workload are named in the hosts. */
public final class BlockKeys {
    private static final String MODEL = "kvdock-demo";
    private static final int HASH_BYTES = 16;

    private BlockKeys() {}

    /**
     * @param request a request
     * @return the keys of its blocks, in order
     */
    public static List<ObjectKey> of(Request request) {
        List<ObjectKey> keys = new ArrayList<>(request.size());
        for (int i = 0; i < request.size(); i++) {
            keys.add(of(request.block(i)));
        }
        return keys;
    }

    /**
     * @param block a block's id
     * @return its key: the id is the end of the content hash
     */
    public static ObjectKey of(long block) {
        byte[] hash = ByteBuffer.allocate(HASH_BYTES).putLong(HASH_BYTES - Long.BYTES, block).array();
        return ObjectKey.of(hash, MODEL, 0, 0, "");
    }

    /**
     * @param key any key
     * @return its block's id, -1 if it is no block's key
     */
    public static long block(ObjectKey key) {
        byte[] hash = key.contentHash();
        long block = hash.length == HASH_BYTES ? ByteBuffer.wrap(hash).getLong(HASH_BYTES - Long.BYTES) : -1;
        return key.equals(of(block)) ? block : -1;
    }

    /**
     * @param request a request
     * @return its name on both sides
     */
    public static String requestId(Request request) {
        return Integer.toString(request.line());
    }
}
