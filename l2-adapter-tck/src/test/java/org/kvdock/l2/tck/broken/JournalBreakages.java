package org.kvdock.l2.tck.broken;

import static org.kvdock.l2.tck.broken.Breakage.journal;
import static org.kvdock.l2.tck.broken.Breakage.wall;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.kvdock.l2.JournalUnavailableException;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.ObjectKey;
import org.kvdock.l2.journal.MemoryJournals;
import org.kvdock.l2.journal.RecordCodec;
import org.kvdock.l2.journal.RecordType;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;
import org.kvdock.l2.journal.TaskJournals;

/** Adapters whose journal is not what they say it is (R4, R16). */
final class JournalBreakages {
    private JournalBreakages() {}

    static final List<Breakage> ALL = List.of(
            journal("R4", "submissions are not recorded", "submissionFirst killedAnywhere", without(RecordType.SUBMITTED)),
            journal("R4", "completions are not recorded", "completionFirst fetchedIsRecorded", without(RecordType.COMPLETED)),
            journal("R16", "deliveries are not recorded", "deliveriesAreRecorded foldIsState", without(RecordType.DELIVERED)),
            journal("R16", "unlocks are not recorded", "foldIsState", without(RecordType.UNLOCKED)),
            journal("R16", "published keys are not recorded", "foldIsState", without(RecordType.KEY_PUBLISHED)),
            journal("R16", "removed keys are not recorded", "foldIsState", without(RecordType.KEY_REMOVED)),
            journal("R16", "ended leases are not recorded", "leaseEnds", without(RecordType.LEASE_ENDED)),
            journal("R16", "the end of an epoch is not recorded", "close closedInGoodOrder", without(RecordType.EPOCH_END)),
            journal("R16", "which keys survived is never stated", "killedAnywhere", without(RecordType.EPOCH_READY)),
            journal("R16", "the journal has another name", "submissionFirst", journals -> name -> journals.open(name + "-2")),
            journal(
                    "R16", "each start begins a new journal", "killedAnywhere closedInGoodOrder unrecordedIsAbandoned",
                    journals -> new MemoryJournals()::open),
            journal("R4", "results do not wait for the disk", "completionFirst unsyncedIsNoSuccess", bent(real ->
                    new Bent(real) {
                        @Override
                        public void whenDurable(long position, DurabilityAction action) {
                            action.run(true);
                        }
                    })),
            journal("R4", "a failed sync is ignored", "unsyncedIsNoSuccess", bent(real -> new Bent(real) {
                @Override
                public void whenDurable(long position, DurabilityAction action) {
                    super.whenDurable(position, durable -> action.run(true));
                }
            })),
            journal(
                    "R4", "an append that fails is ignored",
                    "unrecordedIsNoSuccess unrecordedIsAbandoned unpublishedIsInvisible throwingSubmit",
                    bent(real -> new Bent(real) {
                        @Override
                        public long append(ByteBuffer record) {
                            try {
                                return super.append(record);
                            } catch (JournalUnavailableException e) {
                                return 0;
                            }
                        }
                    })),
            wall("R3", "a refused submit returns an id all the same", "throwingSubmit idsAfterRefusal", good -> new Wrapper(good) {
                @Override
                public long submitLookupAndLockTask(List<ObjectKey> keys) {
                    try {
                        return super.submitLookupAndLockTask(keys);
                    } catch (JournalUnavailableException e) {
                        return 1_000_000;
                    }
                }
            }));

    private static UnaryOperator<TaskJournals> without(RecordType missing) {
        return bent(real -> new Bent(real) {
            @Override
            public long append(ByteBuffer record) {
                return RecordCodec.typeOf(record) == missing ? 0 : super.append(record);
            }
        });
    }

    private static UnaryOperator<TaskJournals> bent(UnaryOperator<TaskJournal> bend) {
        return journals -> name -> bend.apply(journals.open(name));
    }

    private static class Bent implements TaskJournal {
        private final TaskJournal real;

        Bent(TaskJournal real) {
            this.real = real;
        }

        @Override
        public long epoch() {
            return real.epoch();
        }

        @Override
        public Recovery recovery() {
            return real.recovery();
        }

        @Override
        public long append(ByteBuffer record) {
            return real.append(record);
        }

        @Override
        public void whenDurable(long position, DurabilityAction action) {
            real.whenDurable(position, action);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
