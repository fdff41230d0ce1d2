package org.kvdock.l2.tck.broken;

import static org.kvdock.l2.tck.broken.Breakage.wall;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskOutcome;
import org.kvdock.l2.TaskResult;

/** Adapters whose ids or results are wrong (R1, R3, R6, R8). */
final class ResultBreakages {
    private ResultBreakages() {}

    static final List<Breakage> ALL = List.of(
            wall("R1", "ids begin at 1", "storeCompletes", good -> new OtherIds(good, id -> id + 1, id -> id - 1)),
            wall("R1", "ids go down", "idsIncrease", good -> new OtherIds(good, id -> -id, id -> -id)),
            wall("R1", "every id is handed out twice", "twoThreads", good -> new OtherIds(good, id -> id / 2, id -> id)),
            wall("R1", "ids start over after a refusal", "idsAfterRefusal", StartingOver::new),
            wall("R3", "no store ever completes", "storeCompletes inFlightFinishes", lossy(r -> r.kind() != TaskKind.STORE)),
            wall("R3", "no lookup ever completes", "lookupCompletes", lossy(r -> r.kind() != TaskKind.LOOKUP)),
            wall("R3", "no load ever completes", "loadCompletes", lossy(r -> r.kind() != TaskKind.LOAD)),
            wall("R3", "every third result is lost", "sharedWakeUp manySubmits", lossy(r -> r.taskId() % 3 != 2)),
            wall("R3", "a task whose mover crashed never ends", "crashedMover", lossy(r -> !r.errorText().contains("KitError"))),
            wall("R3", "nothing completes after a timeout", "othersGoOn", AfterTimeout::new),
            wall("R3", "results are lost at close", "resultsOutliveClose closeWithTasksInFlight closeFromListener", LostAtClose::new),
            wall("R3", "lists are read when somebody pops", "listsAreCopied submissionFirst", Deferred::new),
            wall("R6", "results can be fetched again", "secondPopIsEmpty oneShot", Again::new),
            wall("R6", "a lookup can be fetched as a load", "oneShot", good -> new Wrapper(good) {
                @Override
                public Optional<TaskResult> queryLoadResult(long taskId) {
                    return super.queryLoadResult(taskId).or(() -> good.queryLookupAndLockResult(taskId));
                }
            }),
            wall("R6", "an unknown id throws", "bogusIds", good -> new Wrapper(good) {
                @Override
                public Optional<TaskResult> queryLoadResult(long taskId) {
                    if (taskId < 0) {
                        throw new IllegalArgumentException("id " + taskId);
                    }
                    return super.queryLoadResult(taskId);
                }
            }),
            wall("R8", "bitmaps are the wrong way round", "mixed", mapped(r -> Wrapper.with(r, reversed(r.bitmap())))),
            wall("R8", "bitmaps have one word only", "manyKeys", mapped(r -> Wrapper.with(r, r.bitmap().and(firstBits(r, 64))))),
            wall("R8", "what was there already counts as moved", "storedTwice", mapped(r -> r.kind() != TaskKind.STORE
                    ? r
                    : new TaskResult(
                            r.taskId(), r.kind(), r.outcome(), r.bitmap(), r.bitmap(), r.unconfirmed(), r.bitmap().count() * 64L,
                            r.error(), r.errorText()))),
            wall("R8", "failures are told as successes",
                    "unpublishedIsInvisible unrecordedIsNoSuccess unsyncedIsNoSuccess failuresAreCounted crashedMover",
                    mapped(r -> Wrapper.success(r, r.bitmap()))),
            wall("R8", "a load fails if a key is missing", "loadOfMissing loadCompletes", mapped(r -> r.kind() == TaskKind.LOAD
                            && !r.bitmap().all()
                    ? new TaskResult(
                            r.taskId(), r.kind(), TaskOutcome.FAILURE, r.bitmap(), r.moved(), r.unconfirmed(), r.bytesMoved(),
                            ErrorCode.PARTIAL, "a key is missing")
                    : r)),
            wall("R10", "a lookup finds everything", "mixed lookupCompletes unpublishedIsInvisible", mapped(r ->
                    r.kind() == TaskKind.LOOKUP ? Wrapper.with(r, Bitmap.ones(r.bitmap().length())) : r)));

    private static Bitmap reversed(Bitmap map) {
        Bitmap reversed = new Bitmap(map.length());
        map.indices().forEach(i -> reversed.set(map.length() - 1 - i));
        return reversed;
    }

    private static Bitmap firstBits(TaskResult r, int count) {
        return Bitmap.ones(r.bitmap().length()).first(count);
    }

    private static UnaryOperator<L2Adapter> mapped(UnaryOperator<TaskResult> map) {
        return good -> new Wrapper(good) {
            @Override
            TaskResult result(TaskResult result) {
                return map.apply(result);
            }
        };
    }

    private static UnaryOperator<L2Adapter> lossy(Predicate<TaskResult> kept) {
        return mapped(r -> kept.test(r) ? r : null);
    }

    private static final class OtherIds extends Wrapper {
        private final LongUnaryOperator out;
        private final LongUnaryOperator in;

        OtherIds(L2Adapter good, LongUnaryOperator out, LongUnaryOperator in) {
            super(good);
            this.out = out;
            this.in = in;
        }

        @Override
        TaskResult result(TaskResult result) {
            return withId(result, out.applyAsLong(result.taskId()));
        }

        @Override
        public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
            return out.applyAsLong(super.submitStoreTask(keys, objects, context));
        }

        @Override
        public long submitLookupAndLockTask(List<ObjectKey> keys) {
            return out.applyAsLong(super.submitLookupAndLockTask(keys));
        }

        @Override
        public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
            return out.applyAsLong(super.submitLoadTask(keys, objects));
        }

        @Override
        public Optional<TaskResult> queryLookupAndLockResult(long taskId) {
            return super.queryLookupAndLockResult(in.applyAsLong(taskId));
        }

        @Override
        public Optional<TaskResult> queryLoadResult(long taskId) {
            return super.queryLoadResult(in.applyAsLong(taskId));
        }
    }

    private static final class StartingOver extends Wrapper {
        private final Map<Long, Long> real = new ConcurrentHashMap<>();
        private long next;

        StartingOver(L2Adapter good) {
            super(good);
        }

        @Override
        public long submitLookupAndLockTask(List<ObjectKey> keys) {
            try {
                real.put(next, super.submitLookupAndLockTask(keys));
                return next++;
            } catch (RuntimeException e) {
                next = 0;
                throw e;
            }
        }

        @Override
        public Optional<TaskResult> queryLookupAndLockResult(long taskId) {
            return super.queryLookupAndLockResult(real.getOrDefault(taskId, -1L));
        }
    }

    private static final class AfterTimeout extends Wrapper {
        private boolean timedOut;

        AfterTimeout(L2Adapter good) {
            super(good);
        }

        @Override
        TaskResult result(TaskResult result) {
            timedOut |= result.outcome() == TaskOutcome.TIMEOUT;
            return timedOut && result.success() ? null : result;
        }
    }

    private static final class LostAtClose extends Wrapper {
        private volatile boolean closed;

        LostAtClose(L2Adapter good) {
            super(good);
        }

        @Override
        TaskResult result(TaskResult result) {
            return closed ? null : result;
        }

        @Override
        public void close() {
            closed = true;
            super.close();
        }
    }

    private static final class Again extends Wrapper {
        private final Map<Long, TaskResult> told = new ConcurrentHashMap<>();

        Again(L2Adapter good) {
            super(good);
        }

        @Override
        TaskResult result(TaskResult result) {
            told.put(result.taskId(), result);
            return result;
        }

        private Optional<TaskResult> again(TaskKind kind, long id) {
            return Optional.ofNullable(told.get(id)).filter(result -> result.kind() == kind);
        }

        @Override
        public Map<Long, TaskResult> popCompletedStoreTasks() {
            super.popCompletedStoreTasks();
            Map<Long, TaskResult> all = new LinkedHashMap<>(told);
            all.values().removeIf(result -> result.kind() != TaskKind.STORE);
            return all;
        }

        @Override
        public Optional<TaskResult> queryLookupAndLockResult(long taskId) {
            return super.queryLookupAndLockResult(taskId).or(() -> again(TaskKind.LOOKUP, taskId));
        }

        @Override
        public Optional<TaskResult> queryLoadResult(long taskId) {
            return super.queryLoadResult(taskId).or(() -> again(TaskKind.LOAD, taskId));
        }
    }

    /** Submits a store when somebody pops. */
    private static final class Deferred extends Wrapper {
        private record Later(long id, List<ObjectKey> keys, List<KvBuffer> objects) {}

        private final List<Later> later = new ArrayList<>();
        private final Map<Long, Long> ids = new LinkedHashMap<>();
        private long next;

        Deferred(L2Adapter good) {
            super(good);
        }

        @Override
        public synchronized long submitStoreTask(
                List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
            later.add(new Later(next, keys, objects));
            return next++;
        }

        @Override
        public synchronized Map<Long, TaskResult> popCompletedStoreTasks() {
            for (Later task : later) {
                ids.put(super.submitStoreTask(task.keys, task.objects, Optional.empty()), task.id);
            }
            later.clear();
            return super.popCompletedStoreTasks();
        }

        @Override
        TaskResult result(TaskResult result) {
            return result.kind() == TaskKind.STORE ? withId(result, ids.get(result.taskId())) : result;
        }
    }
}
