package org.kvdock.l2.pd.receiver;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.base.ObjectIndex;
import org.kvdock.l2.journal.TaskState.StoredKey;
import org.kvdock.l2.pd.channel.LocalSegment;
import org.kvdock.l2.pd.staging.Arena;
import org.kvdock.l2.pd.staging.Slot;
import org.kvdock.l2.pd.staging.Staging;

/**
 * A warm restart: finds the chunks that a killed process of this receiver had committed. Each is summed up before it is
 * visible again (R10). Its senders may still be writing into that process's segments, so chunks move into new ones, and
 * the checksum is taken of the copy; only a segment that is almost full stays as it is, since copying it would win no room
 * (a load verifies again what it copies). Segments go one by one, after their chunks are published anew: killed in the
 * middle, the next process finds every chunk in one place or the other.
 */
final class Recovery {
    private static final double FULL = 0.9;

    private record Chunk(ObjectKey key, long offset, int length, int checksum) {}

    private final Staging staging;
    private final Arena arena;
    private final ObjectIndex<Slot> index;
    private final List<ObjectKey> whole = new ArrayList<>();

    Recovery(Staging staging, Arena arena, ObjectIndex<Slot> index) {
        this.staging = staging;
        this.arena = arena;
        this.index = index;
    }

    List<ObjectKey> recover(Map<Long, LocalSegment> segments, Map<ObjectKey, StoredKey> candidates) {
        segments.keySet().forEach(staging::skip);
        Map<Long, List<Chunk>> bySegment = new HashMap<>();
        candidates.forEach((key, stored) -> {
            LocalSegment segment = segments.get(Slot.segmentOf(stored.place()));
            long offset = Slot.offsetOf(stored.place());
            if (stored.bytes() == 0) {
                publish(new Chunk(key, 0, 0, stored.checksum()), staging.take(arena, 0));
            } else if (segment != null && stored.bytes() > 0 && stored.bytes() <= segment.memory().capacity() - offset) {
                bySegment
                        .computeIfAbsent(Slot.segmentOf(stored.place()), number -> new ArrayList<>())
                        .add(new Chunk(key, offset, (int) stored.bytes(), stored.checksum()));
            }
        });
        segments.forEach((number, segment) -> recover(number, segment, bySegment.getOrDefault(number, List.of())));
        return whole;
    }

    private void recover(long number, LocalSegment segment, List<Chunk> chunks) {
        int[] lengths = chunks.stream().mapToInt(Chunk::length).toArray();
        long bytes = chunks.stream().mapToLong(Chunk::length).sum();
        List<Slot> slots = bytes > FULL * segment.memory().capacity() ? null : staging.moveIn(arena, lengths);
        if (slots != null) {
            for (int i = 0; i < lengths.length; i++) {
                ByteBuffer from = segment.memory().slice((int) chunks.get(i).offset(), lengths[i]);
                slots.get(i).view().put(from);
                publish(chunks.get(i), slots.get(i));
            }
            segment.drop();
        } else {
            slots = staging.adopt(number, segment, chunks.stream().mapToLong(Chunk::offset).toArray(), lengths);
            for (int i = 0; i < lengths.length; i++) {
                publish(chunks.get(i), slots.get(i));
            }
        }
    }

    private void publish(Chunk chunk, Slot slot) {
        CRC32C sum = new CRC32C();
        sum.update(slot.view());
        slot.setChecksum(chunk.checksum());
        if ((int) sum.getValue() == chunk.checksum()
                && index.publish(chunk.key(), chunk.length(), chunk.checksum(), slot.place(), slot)) {
            whole.add(chunk.key());
        } else {
            staging.give(slot);
        }
    }
}
