package org.kvdock.journal.chronicle;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.kvdock.l2.journal.Recovery;
import org.kvdock.l2.journal.TaskJournal;

/** A chain as a journal, without the thread that looks after it: the test does. */
record BareJournal(PartChain chain) implements TaskJournal {
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
        return chain.append(record);
    }

    @Override
    public void whenDurable(long position, DurabilityAction action) {
        action.run(true);
    }

    @Override
    public void close() {
        chain.close();
        chain.closeLeaving();
    }
}
