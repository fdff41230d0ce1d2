package org.kvdock.l2.tck.broken;

import static org.kvdock.l2.tck.broken.Breakage.setting;
import static org.kvdock.l2.tck.broken.Breakage.wall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.kvdock.l2.AdapterStatus;
import org.kvdock.l2.Bitmap;
import org.kvdock.l2.DrainReport;
import org.kvdock.l2.DrainingException;
import org.kvdock.l2.KeyPage;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.StoreContext;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;

/** Adapters that get locks, salts or lists of keys wrong (R9, R15). */
final class LockBreakages {
    private LockBreakages() {}

    static final List<Breakage> ALL = List.of(
            wall("R9", "a lookup takes no lock", "nestedLocks roundTrip lockedStays locksEndWithTheEpoch", NoLocks::new),
            wall("R9", "an unlock of what is not locked throws", "harmlessUnlock", good -> new Wrapper(good) {
                @Override
                public void submitUnlock(List<ObjectKey> keys) {
                    if (status().locksHeld() < keys.size()) {
                        throw new IllegalStateException("not locked");
                    }
                    super.submitUnlock(keys);
                }
            }),
            wall("R9", "one unlock takes all locks", "nestedLocks", good -> new Wrapper(good) {
                @Override
                public void submitUnlock(List<ObjectKey> keys) {
                    for (int i = 0; i < 10; i++) {
                        super.submitUnlock(keys);
                    }
                }
            }),
            wall("R9", "a load takes a lock", "loadTakesNoLock", good -> new Wrapper(good) {
                @Override
                public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
                    long lock = good.submitLookupAndLockTask(keys);
                    while (good.queryLookupAndLockResult(lock).isEmpty()) {
                        Thread.onSpinWait();
                    }
                    return super.submitLoadTask(keys, objects);
                }
            }),
            setting("R9", "leases never end", "leaseEnds", "lock_lease_ms", 3_600_000),
            setting("R9", "leases end at once", "leaseEnds", "lock_lease_ms", 1),
            wall("R9", "locks outlive their epoch", "locksEndWithTheEpoch", good -> new Wrapper(good) {
                @Override
                public AdapterStatus status() {
                    AdapterStatus s = super.status();
                    return new AdapterStatus(
                            s.name(), s.type(), s.phase(), s.epoch(), s.healthy(), s.since(), s.lastError(), s.inFlight(),
                            s.unfetched(), s.failures(), s.bytesMoved(), s.locksHeld() + s.epoch(), s.objects(),
                            s.bytesStored(), s.peer(), s.details());
                }
            }),
            wall("R9", "an unlock is refused while it drains", "unlocksPass", good -> new Draining(good) {
                @Override
                public void submitUnlock(List<ObjectKey> keys) {
                    refuseWhileDraining();
                    super.submitUnlock(keys);
                }
            }),
            wall("R11", "a load of a locked key is refused while it drains", "unlocksPass", good -> new Draining(good) {
                @Override
                public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
                    refuseWhileDraining();
                    return super.submitLoadTask(keys, objects);
                }
            }),
            wall("R9", "delete takes locked keys, too", "usage nestedLocks lockedStays", good -> new Wrapper(good) {
                @Override
                public Bitmap delete(List<ObjectKey> keys) {
                    for (int i = 0; i < 10; i++) {
                        super.submitUnlock(keys);
                    }
                    return super.delete(keys);
                }
            }),
            wall("R15", "salts are ignored", "salts usage", Unsalted::new),
            wall("R15", "pages come in another order", "pages", good -> new Wrapper(good) {
                @Override
                public KeyPage listKeys(Optional<String> cursor, int pageSize) {
                    KeyPage page = super.listKeys(cursor, pageSize);
                    List<ObjectKey> keys = new ArrayList<>(page.keys());
                    Collections.reverse(keys);
                    return new KeyPage(keys, page.next());
                }
            }),
            wall("R15", "a cursor is an offset", "pagesWhileKeysChange badPages", Offsets::new),
            wall("R15", "a bad page size is made to fit", "badPages", good -> new Wrapper(good) {
                @Override
                public KeyPage listKeys(Optional<String> cursor, int pageSize) {
                    return super.listKeys(cursor, Math.min(10_000, Math.max(1, pageSize)));
                }
            }));

    private static final class NoLocks extends Wrapper {
        private final Map<Long, List<ObjectKey>> asked = new ConcurrentHashMap<>();

        NoLocks(L2Adapter good) {
            super(good);
        }

        @Override
        public long submitLookupAndLockTask(List<ObjectKey> keys) {
            long id = super.submitLookupAndLockTask(keys);
            asked.put(id, keys);
            return id;
        }

        @Override
        TaskResult result(TaskResult result) {
            if (result.kind() == TaskKind.LOOKUP) {
                good.submitUnlock(result.bitmap().gather(asked.remove(result.taskId())));
            }
            return result;
        }
    }

    private static class Draining extends Wrapper {
        private volatile boolean draining;

        Draining(L2Adapter good) {
            super(good);
        }

        final void refuseWhileDraining() {
            if (draining) {
                throw new DrainingException("it drains");
            }
        }

        @Override
        public DrainReport drain(Duration deadline) {
            draining = true;
            return super.drain(deadline);
        }
    }

    private static final class Unsalted extends Wrapper {
        Unsalted(L2Adapter good) {
            super(good);
        }

        private static List<ObjectKey> plain(List<ObjectKey> keys) {
            return keys.stream()
                    .map(key -> ObjectKey.of(key.contentHash(), key.model(), key.kvRank(), key.group(), ""))
                    .toList();
        }

        @Override
        public long submitStoreTask(List<ObjectKey> keys, List<KvBuffer> objects, Optional<StoreContext> context) {
            return super.submitStoreTask(plain(keys), objects, context);
        }

        @Override
        public long submitLookupAndLockTask(List<ObjectKey> keys) {
            return super.submitLookupAndLockTask(plain(keys));
        }

        @Override
        public long submitLoadTask(List<ObjectKey> keys, List<KvBuffer> objects) {
            return super.submitLoadTask(plain(keys), objects);
        }
    }

    private static final class Offsets extends Wrapper {
        Offsets(L2Adapter good) {
            super(good);
        }

        @Override
        public KeyPage listKeys(Optional<String> cursor, int pageSize) {
            List<ObjectKey> all = super.listKeys(Optional.empty(), 10_000).keys();
            int from = Math.min(all.size(), cursor.map(Integer::parseInt).orElse(0));
            int to = Math.min(all.size(), from + pageSize);
            return new KeyPage(all.subList(from, to), to < all.size() ? Optional.of("" + to) : Optional.empty());
        }
    }
}
