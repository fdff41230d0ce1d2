package org.kvdock.l2.tck.broken;

import static org.kvdock.l2.tck.broken.Breakage.setting;
import static org.kvdock.l2.tck.broken.Breakage.wall;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.BackPressureException;
import org.kvdock.l2.DrainReport;
import org.kvdock.l2.ErrorCode;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;

/** Adapters that drain, close, time out, bound or tell about themselves wrongly (R11 to R14). */
final class LifeBreakages {
    private LifeBreakages() {}

    static final List<Breakage> ALL = List.of(
            wall("R11", "drain does not stop intake", "intakeStops deadlineIsKept", good -> new Wrapper(good) {
                @Override
                public DrainReport drain(Duration deadline) {
                    return new DrainReport(List.of(), good.status().locksHeld());
                }
            }),
            wall("R11", "drain does not wait", "deadlineIsKept", good -> new Wrapper(good) {
                @Override
                public DrainReport drain(Duration deadline) {
                    return super.drain(Duration.ZERO);
                }
            }),
            wall("R11", "drain says that all is done when it is not", "deadlineIsKept interrupted inFlightFinishes", good ->
                    new Wrapper(good) {
                        @Override
                        public DrainReport drain(Duration deadline) {
                            Thread.interrupted();
                            super.drain(Duration.ZERO);
                            return new DrainReport(List.of(-1L), 0);
                        }
                    }),
            wall("R11", "drain waits for ever", "deadlineIsKept interrupted", good -> new Wrapper(good) {
                @Override
                public DrainReport drain(Duration deadline) {
                    DrainReport report = super.drain(deadline);
                    while (!report.complete() && good.status().phase() != AdapterStatus.Phase.CLOSED) {
                        Thread.interrupted();
                        report = super.drain(Duration.ofMillis(10));
                    }
                    return report;
                }
            }),
            wall("R11", "a second close throws", "close", good -> new Wrapper(good) {
                private final AtomicBoolean closed = new AtomicBoolean();

                @Override
                public void close() {
                    if (closed.getAndSet(true)) {
                        throw new IllegalStateException("closed twice");
                    }
                    super.close();
                }
            }),
            wall("R11", "close hangs where another close is under way", "closeAtOnce", good -> new Wrapper(good) {
                private final AtomicBoolean closing = new AtomicBoolean();

                @Override
                public void close() {
                    if (closing.getAndSet(true) && Thread.currentThread().isDaemon()) {
                        forEver();
                    }
                    super.close();
                }
            }),
            wall("R11", "close from inside a listener hangs", "closeFromListener", good -> new Wrapper(good) {
                @Override
                public void close() {
                    if (Thread.currentThread().getName().startsWith("kvdock-")) {
                        forEver();
                    }
                    super.close();
                }
            }),
            wall("R11", "close does nothing", "callsAfterClose resultsOutliveClose close closedInGoodOrder", good ->
                    new Wrapper(good) {
                        @Override
                        public void close() {}
                    }),
            new Breakage(
                    "R12", "tasks have no deadline", List.of("deadline", "othersGoOn"), LifeBreakages::withoutDeadlines,
                    UnaryOperator.identity(), UnaryOperator.identity()),
            wall("R13", "it says that all is well", "failuresAreCounted", good -> new Told(good) {
                @Override
                boolean healthy(AdapterStatus real) {
                    return true;
                }
            }),
            wall("R13", "it never says that all is well again", "failuresAreCounted status", good -> new Told(good) {
                @Override
                boolean healthy(AdapterStatus real) {
                    return false;
                }
            }),
            wall("R13", "failures are not counted", "failuresAreCounted", good -> new Told(good) {
                @Override
                Map<ErrorCode, Long> failures(AdapterStatus real) {
                    return Map.of();
                }
            }),
            wall("R13", "it says that nothing is in flight", "status", good -> new Told(good) {
                @Override
                Map<TaskKind, AdapterStatus.InFlight> inFlight(AdapterStatus real) {
                    Map<TaskKind, AdapterStatus.InFlight> none = new EnumMap<>(TaskKind.class);
                    real.inFlight().forEach((kind, any) -> none.put(kind, new AdapterStatus.InFlight(0, Duration.ZERO)));
                    return none;
                }
            }),
            setting("R14", "no bound on tasks", "tasks boundsDoNotLeak throwingSubmit", "max_tasks_in_flight", 1 << 20),
            setting("R14", "no bound on bytes", "bytes neverPasses", "max_bytes_in_flight", 1L << 40),
            wall("R14", "back-pressure does not say which bound", "tasks bytes", good -> new Bounded(good) {
                @Override
                RuntimeException refused(BackPressureException e) {
                    return new BackPressureException("limit", 0, 0);
                }
            }),
            wall("R14", "each refusal uses up a place", "boundsDoNotLeak", good -> new Bounded(good) {
                private int left = 20;

                @Override
                RuntimeException refused(BackPressureException e) {
                    left--;
                    return e;
                }

                @Override
                public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
                    if (left == 0) {
                        throw new BackPressureException("max_tasks_in_flight", 1, 0);
                    }
                    return super.submitStoreTask(keys, objects, context);
                }
            }));

    private static void forEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, Object> withoutDeadlines(Map<String, Object> settings) {
        for (TaskKind kind : TaskKind.values()) {
            settings.put(kind.name().toLowerCase() + "_timeout_ms", 3_600_000);
        }
        return settings;
    }

    private static class Told extends Wrapper {
        Told(L2Adapter good) {
            super(good);
        }

        boolean healthy(AdapterStatus real) {
            return real.healthy();
        }

        Map<ErrorCode, Long> failures(AdapterStatus real) {
            return real.failures();
        }

        Map<TaskKind, AdapterStatus.InFlight> inFlight(AdapterStatus real) {
            return real.inFlight();
        }

        @Override
        public AdapterStatus status() {
            AdapterStatus s = super.status();
            Instant since = s.since();
            return new AdapterStatus(
                    s.name(), s.type(), s.phase(), s.epoch(), healthy(s), since, s.lastError(), inFlight(s), s.unfetched(),
                    failures(s), s.bytesMoved(), s.locksHeld(), s.objects(), s.bytesStored(), s.peer(), s.details());
        }
    }

    private abstract static class Bounded extends Wrapper {
        Bounded(L2Adapter good) {
            super(good);
        }

        abstract RuntimeException refused(BackPressureException e);

        @Override
        public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
            try {
                return super.submitStoreTask(keys, objects, context);
            } catch (BackPressureException e) {
                throw refused(e);
            }
        }

        @Override
        public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
            try {
                return super.submitLoadTask(keys, objects);
            } catch (BackPressureException e) {
                throw refused(e);
            }
        }
    }
}
