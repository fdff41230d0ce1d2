package org.kvdock.l2.tck;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.kvdock.l2.KvBuffer;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.TaskResult;
import org.kvdock.l2.journal.TaskJournals;

/** Where a test stands: opens adapters, each with a journal that the test controls, and closes them all at its end. */
public final class KitBench implements AutoCloseable {
    /** How a vendor makes an adapter. */
    @FunctionalInterface
    public interface Opener {
        /** @see AdapterTck#open */
        TestedAdapter open(Map<String, Object> settings, TaskJournals journals) throws Exception;
    }

    private final Opener opener;
    private final Deque<Run> runs = new ArrayDeque<>();

    KitBench(Opener opener) {
        this.opener = opener;
    }

    /** @return a fresh adapter with the settings of its own choice */
    public Run open() {
        return open(Map.of());
    }

    /** @return a fresh adapter with these settings */
    public Run open(Map<String, ?> settings) {
        return open(settings, new KitJournals());
    }

    /** @return a fresh adapter over journals that may hold something */
    public Run open(Map<String, ?> settings, KitJournals journals) {
        try {
            Run run = new Run(opener.open(new HashMap<>(settings), journals), journals);
            runs.push(run);
            return run;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("the fixture could not open its adapter: " + e, e);
        }
    }

    @Override
    public void close() {
        while (!runs.isEmpty()) {
            runs.pop().close();
        }
    }

    /** One adapter, or one pair, with its callers and its journals. */
    public static final class Run implements AutoCloseable {
        private final TestedAdapter tested;
        private final KitJournals journals;
        private final Caller storing;
        private final Caller reading;

        private Run(TestedAdapter tested, KitJournals journals) {
            this.tested = tested;
            this.journals = journals;
            this.storing = new Caller(tested.storing());
            this.reading = tested.reading() == tested.storing() ? storing : new Caller(tested.reading());
        }

        /** @return who calls the adapter that takes this kind of task */
        public Caller caller(TaskKind kind) {
            return kind == TaskKind.STORE ? storing : reading;
        }

        /** @return the one caller, or both of a pair */
        public List<Caller> callers() {
            return storing == reading ? List.of(storing) : List.of(storing, reading);
        }

        /** @return where the kit stores */
        public L2Adapter storing() {
            return storing.adapter();
        }

        /** @return where the kit looks up and loads */
        public L2Adapter reading() {
            return reading.adapter();
        }

        /** @return the journals of this run's adapters */
        public KitJournals journals() {
            return journals;
        }

        /** @return that adapter's journal */
        public KitJournal journal(L2Adapter adapter) {
            return journals.of(adapter.name());
        }

        /** Submits a task of that kind at the adapter that takes it. */
        public long submit(TaskKind kind, List<ObjectKey> keys, List<KvBuffer> objects) {
            return submit(caller(kind).adapter(), kind, keys, objects);
        }

        /** Submits a task of that kind there. */
        public static long submit(L2Adapter adapter, TaskKind kind, List<ObjectKey> keys, List<KvBuffer> objects) {
            return switch (kind) {
                case STORE -> adapter.submitStoreTask(keys, objects);
                case LOOKUP -> adapter.submitLookupAndLockTask(keys);
                case LOAD -> adapter.submitLoadTask(keys, objects);
            };
        }

        public TaskResult await(TaskKind kind, long id) {
            return caller(kind).await(kind, id);
        }

        public TaskResult store(List<ObjectKey> keys, List<KvBuffer> objects) {
            return storing.store(keys, objects);
        }

        public TaskResult store(ObjectKey key, int length) {
            return store(List.of(key), List.of(Chunks.buffer(key, length)));
        }

        public TaskResult lookup(List<ObjectKey> keys) {
            return reading.lookup(keys);
        }

        public TaskResult load(List<ObjectKey> keys, List<KvBuffer> objects) {
            return reading.load(keys, objects);
        }

        /** Skips the test if the adapter cannot be stalled like this. */
        public void stall(TaskKind kind) {
            Assumptions.assumeTrue(tested.stall(kind), () -> "the fixture cannot stall a " + kind);
        }

        /** Skips the test if the backend cannot be made to refuse like this. */
        public void fail(TaskKind kind) {
            Assumptions.assumeTrue(tested.fail(kind), () -> "the fixture cannot make a " + kind + " fail");
        }

        /** Skips the test if an Error cannot be provoked like this. */
        public void crash(TaskKind kind) {
            Assumptions.assumeTrue(tested.crash(kind), () -> "the fixture cannot make a mover of a " + kind + " crash");
        }

        /** Tries to stall each of these kinds. */
        public List<TaskKind> stallWhatCanBe(TaskKind... kinds) {
            List<TaskKind> stalled = new ArrayList<>();
            for (TaskKind kind : kinds) {
                if (tested.stall(kind)) {
                    stalled.add(kind);
                }
            }
            Assumptions.assumeFalse(stalled.isEmpty(), "the fixture cannot stall any task");
            return stalled;
        }

        public void heal() {
            tested.heal();
        }

        @Override
        public void close() {
            journals.heal();
            tested.heal();
            callers().forEach(Caller::close);
            tested.close();
        }
    }
}
