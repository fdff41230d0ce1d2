package org.kvdock.l2.journal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Journals that keep nothing: to measure what journaling costs. Every opening is epoch 0. */
public final class NoJournals implements TaskJournals {
    /** Nothing to set. */
    public NoJournals() {}

    @Override
    public TaskJournal open(String adapter) {
        return new Nothing();
    }

    private static final class Nothing implements TaskJournal {
        @Override
        public long epoch() {
            return 0;
        }

        @Override
        public Recovery recovery() {
            return new Recovery(0, List.of(), Map.of(), 0);
        }

        @Override
        public long append(ByteBuffer record) {
            return 0;
        }

        @Override
        public void whenDurable(long position, DurabilityAction action) {
            action.run(true);
        }

        @Override
        public void close() {}
    }
}
