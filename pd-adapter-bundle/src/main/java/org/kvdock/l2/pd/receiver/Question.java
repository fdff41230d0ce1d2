package org.kvdock.l2.pd.receiver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.ProtocolException;

/** What may be asked on the alloc port, in LMCache's words. Every field is within its bound. */
sealed interface Question {
    /**
     * Which keys are held.
     *
     * @param keys in the order of the question
     * @param id to be said again in the answer
     */
    record Held(List<ObjectKey> keys, OptionalLong id) implements Question {}

    /**
     * Room for chunks, all of the same length.
     *
     * @param keys their keys
     * @param lengths their lengths in bytes, one for each key
     * @param requestId the request that they belong to, empty for none
     * @param lastBatch whether no more of it follows
     * @param totalChunks chunks of the request
     */
    record Room(List<ObjectKey> keys, int[] lengths, String requestId, boolean lastBatch, int totalChunks) implements Question {}

    /**
     * A request was given up.
     *
     * @param requestId its name
     */
    record Cancelled(String requestId) implements Question {}

    /**
     * @param type the question's type
     * @param fields its fields; {@code req_id}, {@code is_last_batch}, {@code total_chunks} and {@code id} may be missing
     * @return the question
     * @throws ProtocolException if it is none, a field is missing, or one is not within its bound
     */
    static Question of(String type, Fields fields) throws ProtocolException {
        return switch (type) {
            case "CacheQueryRequest" -> new Held(
                    keys(fields), fields.has("id") ? OptionalLong.of(fields.number("id", 0, Long.MAX_VALUE)) : OptionalLong.empty());
            case "AllocRequest" -> {
                List<ObjectKey> keys = keys(fields);
                int[] lengths = new int[keys.size()];
                Arrays.fill(lengths, ChunkSize.of(fields.numbers("shape", 0, Long.MAX_VALUE), fields.text("dtype", 64)));
                yield new Room(
                        keys,
                        lengths,
                        fields.has("req_id") ? fields.text("req_id", StoreContext.MAX_REQUEST_ID) : "",
                        !fields.has("is_last_batch") || fields.flag("is_last_batch"),
                        fields.has("total_chunks") ? fields.integer("total_chunks", 0, Limits.REQUEST_CHUNKS) : keys.size());
            }
            case "CancelNotif" -> new Cancelled(fields.text("req_id", StoreContext.MAX_REQUEST_ID));
            default -> throw new ProtocolException("type", type, "AllocRequest, CacheQueryRequest or CancelNotif");
        };
    }

    private static List<ObjectKey> keys(Fields fields) throws ProtocolException {
        List<ObjectKey> keys = new ArrayList<>();
        for (Object item : fields.list("keys")) {
            if (!(item instanceof String text) || text.length() > Limits.KEY_TEXT_BYTES) {
                throw new ProtocolException("keys", "an item that is no key", "model@rank@group@hash[@salt]");
            }
            try {
                keys.add(ObjectKey.parse(text));
            } catch (BadArgumentException e) {
                throw new ProtocolException("keys: " + e.getMessage());
            }
        }
        return keys;
    }
}
