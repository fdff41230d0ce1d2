package org.kvdock.l2.pd;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
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
        return trouble.of(Troubled.memory(config, journals, trouble));
    }
}
