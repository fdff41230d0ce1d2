package org.kvdock.l2.journal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.KvLayout;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;

/**
 * The binary form of a {@link TaskState}, big-endian, as checkpoints hold it:
 *
 * <pre>
 *  'K' 'S' u8, version u8 = 1
 *  counters i64: records, epochs, submitted, completed, failed, delivered, unlocks, abandoned, bytes moved
 *  epoch i64, ended u8, next sequence i64, gaps i64, strays i64
 *  open         count i32, each: epoch i64, task i64, kind u8, bytes i64, since micros i64, sequence i64,
 *               context u8 (0 none, 1, 3 last batch), [total chunks i32, request text,] keys
 *  undelivered  count i32, task i64 ...
 *  locks        count i32, each: locks i64, key
 *  keys         count i32, each: bytes i64, checksum i32, place i64, key
 *  candidates   as keys
 *
 *  text = u16 length, UTF-8 bytes            keys = i32 count, keys as in ObjectKey
 * </pre>
 *
 * It has no checksum of its own; whoever keeps it adds one. Reading trusts nothing: each count is checked against the
 * bytes that can still come before memory is taken.
 */
public final class TaskStateCodec {
    private static final byte VERSION = 1;
    private static final int CHUNK_BYTES = 1 << 16;
    // Smallest encoded forms, to bound counts by bytes: a key has 14 fixed bytes and at least one each of hash and model.
    private static final int KEY_LEAST = 16;
    private static final int OPEN_LEAST = 5 * Long.BYTES + 2 + Integer.BYTES;

    private TaskStateCodec() {}

    /**
     * @param state the state; not changed meanwhile
     * @param out receives it; not flushed or closed
     * @throws IOException from the stream
     */
    public static void write(TaskState state, OutputStream out) throws IOException {
        Output to = new Output(out);
        to.room(3).put((byte) 'K').put((byte) 'S').put(VERSION);
        for (long counter : state.counters().values()) {
            to.room(Long.BYTES).putLong(counter);
        }
        to.room(4 * Long.BYTES + 1)
                .putLong(state.epoch())
                .put((byte) (state.ended() ? 1 : 0))
                .putLong(state.nextSequence())
                .putLong(state.gaps())
                .putLong(state.strays());
        to.room(Integer.BYTES).putInt(state.openTasks().size());
        for (Map.Entry<TaskState.TaskName, TaskState.OpenTask> task : state.openTasks().entrySet()) {
            open(to, task.getKey().epoch(), task.getValue());
        }
        to.room(Integer.BYTES).putInt(state.undelivered().size());
        for (long id : state.undelivered()) {
            to.room(Long.BYTES).putLong(id);
        }
        to.room(Integer.BYTES).putInt(state.locks().size());
        for (Map.Entry<ObjectKey, Long> lock : state.locks().entrySet()) {
            to.room(Long.BYTES).putLong(lock.getValue());
            to.key(lock.getKey());
        }
        stored(to, state.keys());
        stored(to, state.candidates());
        to.flush();
    }

    private static void open(Output to, long epoch, TaskState.OpenTask task) throws IOException {
        int contextBits = task.context().isEmpty() ? 0 : task.context().get().lastBatch() ? 3 : 1;
        to.room(OPEN_LEAST)
                .putLong(epoch)
                .putLong(task.taskId())
                .put((byte) task.kind().ordinal())
                .putLong(task.bytes())
                .putLong(task.sinceMicros())
                .putLong(task.sequence())
                .put((byte) contextBits);
        if (contextBits != 0) {
            byte[] request = task.context().get().requestId().getBytes(StandardCharsets.UTF_8);
            int length = Math.min(request.length, RecordCodec.MAX_TEXT_BYTES);
            to.room(Integer.BYTES + 2 + length)
                    .putInt(task.context().get().totalChunks())
                    .putShort((short) length)
                    .put(request, 0, length);
        }
        to.room(Integer.BYTES).putInt(task.keys().size());
        for (ObjectKey key : task.keys()) {
            to.key(key);
        }
    }

    private static void stored(Output to, Map<ObjectKey, TaskState.StoredKey> keys) throws IOException {
        to.room(Integer.BYTES).putInt(keys.size());
        for (Map.Entry<ObjectKey, TaskState.StoredKey> key : keys.entrySet()) {
            to.room(2 * Long.BYTES + Integer.BYTES)
                    .putLong(key.getValue().bytes())
                    .putInt(key.getValue().checksum())
                    .putLong(key.getValue().place());
            to.key(key.getKey());
        }
    }

    /**
     * @param in gives the form that {@link #write} wrote; read ahead of its end, up to the limit
     * @param limitBytes how many bytes may be read
     * @return the state
     * @throws IOException from the stream
     * @throws MalformedRecordException if the bytes are anything else; says which field
     */
    public static TaskState read(InputStream in, long limitBytes) throws IOException {
        Input from = new Input(in, limitBytes);
        try {
            return read(from);
        } catch (EOFException e) {
            throw new MalformedRecordException("state ends inside a field");
        } catch (BadArgumentException e) {
            throw new MalformedRecordException("state: " + e.getMessage());
        }
    }

    private static TaskState read(Input from) throws IOException {
        ByteBuffer in = from.need(3);
        if (in.get() != 'K' || in.get() != 'S' || in.get() != VERSION) {
            throw new MalformedRecordException("state: not a state of version " + VERSION);
        }
        TaskState state = new TaskState();
        long[] counters = new long[state.counters().values().length];
        for (int i = 0; i < counters.length; i++) {
            counters[i] = from.need(Long.BYTES).getLong();
        }
        in = from.need(4 * Long.BYTES + 1);
        state.restore(counters, in.getLong(), in.get() != 0, in.getLong(), in.getLong(), in.getLong());
        for (int left = from.count(OPEN_LEAST, "open tasks"); left > 0; left--) {
            open(from, state);
        }
        for (int left = from.count(Long.BYTES, "undelivered tasks"); left > 0; left--) {
            state.restoreUndelivered(from.need(Long.BYTES).getLong());
        }
        for (int left = from.count(Long.BYTES + KEY_LEAST, "locks"); left > 0; left--) {
            long locks = from.need(Long.BYTES).getLong();
            state.restoreLocks(from.key(), locks);
        }
        for (boolean candidate : new boolean[] {false, true}) {
            for (int left = from.count(20 + KEY_LEAST, "keys"); left > 0; left--) {
                in = from.need(2 * Long.BYTES + Integer.BYTES);
                TaskState.StoredKey stored = new TaskState.StoredKey(in.getLong(), in.getInt(), in.getLong());
                state.restoreKey(from.key(), stored, candidate);
            }
        }
        return state;
    }

    private static void open(Input from, TaskState state) throws IOException {
        ByteBuffer in = from.need(5 * Long.BYTES + 2);
        long epoch = in.getLong();
        long id = in.getLong();
        TaskKind kind = TaskKind.of(in.get());
        long bytes = in.getLong();
        long since = in.getLong();
        long sequence = in.getLong();
        int contextBits = in.get();
        Optional<StoreContext> context = Optional.empty();
        if (contextBits == 1 || contextBits == 3) {
            in = from.need(Integer.BYTES + 2);
            int chunks = in.getInt();
            byte[] request = new byte[Short.toUnsignedInt(in.getShort())];
            from.need(request.length).get(request);
            String text = new String(request, StandardCharsets.UTF_8);
            context = Optional.of(new StoreContext(text, contextBits == 3, chunks, KvLayout.OPAQUE));
        } else if (contextBits != 0) {
            throw new BadArgumentException("context", contextBits, "0, 1 or 3");
        }
        int count = from.count(KEY_LEAST, "keys of a task");
        List<ObjectKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(from.key());
        }
        state.restoreOpen(
                new TaskState.TaskName(epoch, id),
                new TaskState.OpenTask(id, kind, List.copyOf(keys), bytes, context, since, sequence));
    }

    /** Gathers small writes. */
    private static final class Output {
        private final OutputStream out;
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);

        Output(OutputStream out) {
            this.out = out;
        }

        ByteBuffer room(int bytes) throws IOException {
            if (chunk.remaining() < bytes) {
                flush();
            }
            return chunk;
        }

        void key(ObjectKey key) throws IOException {
            key.writeTo(room(key.encodedLength()));
        }

        void flush() throws IOException {
            out.write(chunk.array(), 0, chunk.position());
            chunk.clear();
        }
    }

    /** Reads ahead in chunks, never past the limit. */
    private static final class Input {
        private final InputStream in;
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
        private long left;

        Input(InputStream in, long limit) {
            this.in = in;
            this.left = limit;
        }

        ByteBuffer need(int bytes) throws IOException {
            if (chunk.remaining() < bytes && !fill(bytes)) {
                throw new EOFException();
            }
            return chunk;
        }

        /** A key says its own length, so as much is read as the longest could need. */
        ObjectKey key() throws IOException {
            if (chunk.remaining() < ObjectKey.MAX_ENCODED_LENGTH) {
                fill(ObjectKey.MAX_ENCODED_LENGTH);
            }
            return ObjectKey.readFrom(chunk);
        }

        int count(int leastBytes, String what) throws IOException {
            int count = need(Integer.BYTES).getInt();
            if (count < 0 || count > (chunk.remaining() + left) / leastBytes) {
                throw new BadArgumentException(what, count, "what fits the bytes that follow");
            }
            return count;
        }

        private boolean fill(int bytes) throws IOException {
            chunk.compact();
            while (chunk.position() < bytes && left > 0) {
                int got = in.read(chunk.array(), chunk.position(), (int) Math.min(chunk.remaining(), left));
                if (got < 0) {
                    left = 0;
                } else {
                    chunk.position(chunk.position() + got);
                    left -= got;
                }
            }
            chunk.flip();
            return chunk.remaining() >= bytes;
        }
    }
}
