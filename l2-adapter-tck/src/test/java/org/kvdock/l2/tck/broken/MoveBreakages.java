package org.kvdock.l2.tck.broken;

import static org.kvdock.l2.tck.broken.Breakage.setting;
import static org.kvdock.l2.tck.broken.Breakage.wall;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.kvdock.l2.BadArgumentException;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;

/** Adapters that move the wrong bytes, touch what is not theirs, or refuse odd shapes (R3, R7, R8). */
final class MoveBreakages {
    private MoveBreakages() {}

    static final List<Breakage> ALL = List.of(
            wall("R7", "a load writes past the chunk", "nothingOutside", good -> new Loads(good) {
                @Override
                void loaded(KvBuffer buffer, boolean there) {
                    if (buffer.length() > 0) {
                        buffer.view().put(buffer.length() - 1, (byte) 0);
                    }
                }
            }),
            wall("R7", "a load fills buffers that it says it did not", "tooShort loadOfMissing", good -> new Loads(good) {
                @Override
                void loaded(KvBuffer buffer, boolean there) {
                    if (!there) {
                        buffer.view().put(0, (byte) 0);
                    }
                }
            }),
            wall("R7", "a byte changes on the way", "roundTrip manyKeys", good -> new Loads(good) {
                @Override
                void loaded(KvBuffer buffer, boolean there) {
                    buffer.view().put(7, (byte) ~buffer.view().get(7));
                }
            }),
            wall("R7", "a store changes the caller's memory", "storeOfASlice", good -> new Wrapper(good) {
                @Override
                public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
                    objects.forEach(object -> object.view().put(0, (byte) ~object.view().get(0)));
                    return super.submitStoreTask(keys, objects, context);
                }
            }),
            wall("R7", "buffers are written after the task has ended", "closeWithTasksInFlight deadline", LateWriter::new),
            wall("R3", "a submit with lists of different length accepts the shorter one and throws", "differentLengths", good ->
                    new Wrapper(good) {
                        @Override
                        public long submitStoreTask(
                                List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
                            int least = Math.min(keys.size(), objects.size());
                            long id = super.submitStoreTask(keys.subList(0, least), objects.subList(0, least), context);
                            if (keys.size() != objects.size()) {
                                throw new BadArgumentException("objects", objects.size(), "as many as keys");
                            }
                            return id;
                        }
                    }),
            wall("R3", "nulls in a list are left out", "nulls", good -> new Wrapper(good) {
                @Override
                public long submitLookupAndLockTask(List<ObjectKey> keys) {
                    return super.submitLookupAndLockTask(keys.stream().filter(Objects::nonNull).toList());
                }
            }),
            wall("R3", "an empty list is refused", "emptyList", good -> new Wrapper(good) {
                @Override
                public long submitLookupAndLockTask(List<ObjectKey> keys) {
                    if (keys.isEmpty()) {
                        throw new BadArgumentException("keys", 0, "at least 1");
                    }
                    return super.submitLookupAndLockTask(keys);
                }
            }),
            wall("R8", "a key that is named twice counts once", "sameKeyTwice", good -> new Wrapper(good) {
                @Override
                public long submitLookupAndLockTask(List<ObjectKey> keys) {
                    return super.submitLookupAndLockTask(keys.stream().distinct().toList());
                }
            }),
            wall("R8", "an object of 0 bytes is refused", "sizes", good -> new Wrapper(good) {
                @Override
                public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
                    if (objects.stream().anyMatch(object -> object.length() == 0)) {
                        throw new BadArgumentException("object", 0, "at least 1");
                    }
                    return super.submitStoreTask(keys, objects, context);
                }
            }),
            setting("R14", "no bound on the size of an object", "sizes throwingSubmit", "max_object_bytes", 64 << 20));

    /** Does something to the buffers of a load when its result is handed out. */
    private abstract static class Loads extends Wrapper {
        private final Map<Long, List<KvBuffer>> buffers = new ConcurrentHashMap<>();

        Loads(L2Adapter good) {
            super(good);
        }

        abstract void loaded(KvBuffer buffer, boolean there);

        @Override
        public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
            long id = super.submitLoadTask(keys, objects);
            buffers.put(id, objects);
            return id;
        }

        @Override
        TaskResult result(TaskResult result) {
            if (result.kind() == TaskKind.LOAD) {
                List<KvBuffer> of = buffers.remove(result.taskId());
                for (int i = 0; i < of.size(); i++) {
                    loaded(of.get(i), result.bitmap().test(i));
                }
            }
            return result;
        }
    }

    /** A thread that does not know that its task has timed out or was cancelled, for a second. */
    private static final class LateWriter extends Wrapper {
        private final Map<Long, List<KvBuffer>> buffers = new ConcurrentHashMap<>();

        LateWriter(L2Adapter good) {
            super(good);
        }

        @Override
        public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
            long id = super.submitStoreTask(keys, objects, context);
            buffers.put(id, objects);
            return id;
        }

        @Override
        public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
            long id = super.submitLoadTask(keys, objects);
            buffers.put(id, objects);
            return id;
        }

        @Override
        TaskResult result(TaskResult result) {
            if (result.outcome() == TaskOutcome.TIMEOUT && result.kind() != TaskKind.LOOKUP) {
                writeOn();
            }
            return result;
        }

        @Override
        public void close() {
            super.close();
            writeOn();
        }

        private void writeOn() {
            Thread late = new Thread(() -> {
                long end = System.nanoTime() + 1_000_000_000L;
                while (System.nanoTime() < end) {
                    buffers.values().forEach(all -> all.forEach(buffer -> buffer.view().put(0, (byte) 0)));
                    // So that one core is enough for this and for the one who looks.
                    Thread.yield();
                }
            });
            late.setDaemon(true);
            late.start();
        }
    }
}
