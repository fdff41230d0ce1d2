package org.kvdock.l2.tck.broken;

import static org.kvdock.l2.tck.broken.Breakage.wall;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.L2AdapterListener;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.RemovalReason;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.event.EventFd;

/** Adapters that block, signal wrongly, or treat listeners badly (R2, R3, R5). */
final class SignalBreakages {
    private SignalBreakages() {}

    static final List<Breakage> ALL = List.of(
            wall("R2", "submit waits until its task is done", "slowDisk silentBackend", Waiting::new),
            wall("R5", "one eventfd for all kinds", "distinct ownEventFd", good -> new Wrapper(good) {
                @Override
                public EventFd eventFd(TaskKind kind) {
                    return super.eventFd(TaskKind.STORE);
                }
            }),
            wall("R5", "completions are not signalled", "storeCompletes lookupCompletes loadCompletes exactCounter", good ->
                    new OwnFds(good) {
                        @Override
                        void completed(TaskKind kind) {}
                    }),
            wall("R5", "each completion is signalled twice", "storeCompletes exactCounter", good -> new OwnFds(good) {
                @Override
                void completed(TaskKind kind) {
                    eventFd(kind).signal(2);
                }
            }),
            wall("R5", "each completion is signalled to all three", "ownEventFd", good -> new OwnFds(good) {
                @Override
                void completed(TaskKind kind) {
                    fds.values().forEach(fd -> fd.signal(1));
                }
            }),
            wall("R5", "eventfds stay open after close", "resultsOutliveClose", good -> new OwnFds(good) {
                @Override
                public void close() {
                    good.close();
                }
            }),
            wall("R5", "the signal comes before the result", "readingDoesNotBlock", Early::new),
            wall("R3", "a listener that throws silences those behind it", "throwingListener", Chained::new),
            wall("R3", "a listener never gets rid of its registration", "closedRegistration", good -> new Wrapper(good) {
                @Override
                public AutoCloseable addListener(L2AdapterListener listener) {
                    super.addListener(listener);
                    return () -> {};
                }
            }));

    private static final class Waiting extends Wrapper {
        Waiting(L2Adapter good) {
            super(good);
        }

        private long whenDone(long id) {
            while (status().inFlight().values().stream().anyMatch(inFlight -> inFlight.tasks() > 0)
                    && status().phase() == AdapterStatus.Phase.OPEN) {
                Thread.onSpinWait();
            }
            return id;
        }

        @Override
        public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
            return whenDone(super.submitStoreTask(keys, objects, context));
        }

        @Override
        public long submitLookupAndLockTask(List<ObjectKey> keys) {
            return whenDone(super.submitLookupAndLockTask(keys));
        }

        @Override
        public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
            return whenDone(super.submitLoadTask(keys, objects));
        }
    }

    /** Signals by itself, from a listener. */
    private static class OwnFds extends Wrapper {
        final Map<TaskKind, EventFd> fds = new EnumMap<>(TaskKind.class);

        OwnFds(L2Adapter good) {
            super(good);
            for (TaskKind kind : TaskKind.values()) {
                fds.put(kind, EventFd.create());
            }
            good.addListener(new L2AdapterListener() {
                @Override
                public void taskCompleted(TaskResult result) {
                    completed(result.kind());
                }
            });
        }

        void completed(TaskKind kind) {
            eventFd(kind).signal(1);
        }

        @Override
        public EventFd eventFd(TaskKind kind) {
            return fds.get(kind);
        }

        @Override
        public void close() {
            super.close();
            fds.values().forEach(EventFd::close);
        }
    }

    /** Signals at the submit, and gives a result only to whoever asks twice. */
    private static final class Early extends OwnFds {
        private final Set<Long> asked = ConcurrentHashMap.newKeySet();

        Early(L2Adapter good) {
            super(good);
        }

        @Override
        void completed(TaskKind kind) {}

        @Override
        public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
            long id = super.submitLoadTask(keys, objects);
            eventFd(TaskKind.LOAD).signal(1);
            return id;
        }

        @Override
        public Optional<TaskResult> queryLoadResult(long taskId) {
            return asked.add(taskId) ? Optional.empty() : super.queryLoadResult(taskId);
        }
    }

    /** Tells its listeners one after the other and stops at the first that throws. */
    private static final class Chained extends Wrapper {
        private final List<L2AdapterListener> chain = new CopyOnWriteArrayList<>();

        Chained(L2Adapter good) {
            super(good);
            good.addListener(new L2AdapterListener() {
                @Override
                public void taskCompleted(TaskResult result) {
                    chain.forEach(listener -> listener.taskCompleted(result));
                }

                @Override
                public void keyPublished(ObjectKey key, long bytes) {
                    chain.forEach(listener -> listener.keyPublished(key, bytes));
                }

                @Override
                public void keyRemoved(ObjectKey key, RemovalReason reason) {
                    chain.forEach(listener -> listener.keyRemoved(key, reason));
                }
            });
        }

        @Override
        public AutoCloseable addListener(L2AdapterListener listener) {
            chain.add(listener);
            return () -> chain.remove(listener);
        }
    }
}
