package org.kvdock.l2.pd;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.kvdock.l2.L2Adapter;
import org.kvdock.l2.TaskKind;
import org.kvdock.l2.journal.TaskJournals;
import org.kvdock.l2.tck.AdapterTck;
import org.kvdock.l2.tck.TestedAdapter;
import org.kvdock.l2.tck.Trouble;

/** The PD adapter keeps the contract over the channel {@code mock_memory}. */
@DisplayName("PD mock_memory")
class MockMemoryTckTest extends AdapterTck {
    @Override
    protected TestedAdapter open(Map<String, Object> settings, TaskJournals journals) {
        Map<String, Object> config = new HashMap<>(settings);
        config.putAll(Pd.config("role", "sender", "transfer_channel", "mock_memory", "buffer_size", 96 << 20));
        Trouble trouble = new Trouble();
        return new Tested(Troubled.memory(config, journals, trouble), trouble);
    }

    private record Tested(L2Adapter storing, Trouble trouble) implements TestedAdapter {
        @Override
        public boolean stall(TaskKind kind) {
            return trouble.stall(kind);
        }

        @Override
        public boolean fail(TaskKind kind) {
            return trouble.fail(kind);
        }

        @Override
        public boolean crash(TaskKind kind) {
            return trouble.crash(kind);
        }

        @Override
        public void heal() {
            trouble.heal();
        }
    }
}
