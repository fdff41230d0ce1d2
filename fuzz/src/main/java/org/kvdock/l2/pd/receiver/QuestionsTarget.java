package org.kvdock.l2.pd.receiver;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kvdock.fuzz.Decoding;
import org.kvdock.fuzz.Finding;
import org.kvdock.fuzz.FuzzTarget;
import org.kvdock.fuzz.targets.MessageSamples;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.pd.wire.Fields;
import org.kvdock.l2.pd.wire.Limits;
import org.kvdock.l2.pd.wire.MessageWriter;
import org.kvdock.l2.pd.wire.ProtocolException;

/** What anybody on loopback may say to the alloc port: MessagePack in LMCache's words. */
public final class QuestionsTarget implements FuzzTarget {
    private static final Decoding DECODING = new Decoding(ProtocolException.class, 256 << 10, 80);
    private static final List<String> KEYS = MessageSamples.KEYS.stream().map(ObjectKey::toString).toList();

    @Override
    public String name() {
        return "questions";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                held(KEYS, 7),
                room(KEYS, "request", false, 3),
                new MessageWriter("AllocRequest", 3).texts("keys", KEYS).numbers("shape", 0, 5).text("dtype", "half").bytes(),
                new MessageWriter("CancelNotif", 1).text("req_id", "request").bytes());
    }

    private static byte[] held(List<String> keys, long id) {
        return new MessageWriter("CacheQueryRequest", 2).texts("keys", keys).number("id", id).bytes();
    }

    private static byte[] room(List<String> keys, String request, boolean last, int total) {
        return new MessageWriter("AllocRequest", 8)
                .texts("keys", keys).text("fmt", "KV_2LTD").numbers("shape", 2, 16).text("dtype", "torch.bfloat16")
                .number("last_chunk_toks", 16).text("req_id", request).flag("is_last_batch", last).number("total_chunks", total).bytes();
    }

    private static Question decode(byte[] message) throws ProtocolException {
        Fields fields = Fields.decode(message);
        return Question.of(fields.text("type", 64), fields);
    }

    @Override
    public void run(byte[] input) throws ProtocolException {
        Optional<Question> question = DECODING.decoded(input.length, () -> decode(input));
        if (question.isEmpty()) {
            return;
        }
        if (question.get() instanceof Question.Held held) {
            Finding.unless(decode(held(texts(held.keys()), held.id().orElse(0))) instanceof Question.Held again
                    && again.keys().equals(held.keys()), "asked again, other keys: " + held);
        } else if (question.get() instanceof Question.Room room) {
            Finding.unless(room.keys().size() <= Limits.ITEMS && room.lengths().length == room.keys().size(), "too many keys");
            Finding.unless(Arrays.stream(room.lengths()).allMatch(n -> n >= 0 && n <= Limits.CHUNK_BYTES), "lengths " + Arrays.toString(room.lengths()));
            Finding.unless(decode(room(texts(room.keys()), room.requestId(), room.lastBatch(), room.totalChunks())) instanceof Question.Room again
                    && again.keys().equals(room.keys()) && again.requestId().equals(room.requestId())
                    && again.lastBatch() == room.lastBatch() && again.totalChunks() == room.totalChunks(), "asked again, another request: " + room);
        }
    }

    private static List<String> texts(List<ObjectKey> keys) {
        return keys.stream().map(ObjectKey::toString).toList();
    }
}
